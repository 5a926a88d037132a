"""Writes lc.bin and lc_changes.bin.

lc.bin: images with the patches, and with a perturbation of the centre of the
image of which they show a part, as NumPy makes them, for each of CASES behind
each other.

lc_changes.bin: the perturbations, levels as signed bytes, that PyTorch finds in
float64 for two images, with vgg5 of given weights.
"""
import numpy as np
import torch
from torch import nn

from streams import image

CASES = [  # height, width, channels, amplitude, test, down, right, mirrored
    (32, 32, 3, 255, True, 0, 0, False),
    (28, 28, 1, 60, False, 2, -1, False),
    (9, 7, 3, 16, False, -2, 1, True),
]
STRENGTH, STEP, STEPS = 8, 1.5, 7

with open("lc.bin", "wb") as out:
    for h, w, c, amplitude, test, down, right, mirrored in CASES:
        x = image(h, w, c).astype(int)
        if not test:
            full = np.zeros((h + 2 * abs(down), w + 2 * abs(right), c), int)  # the centre and what lies outside
            full[abs(down):abs(down) + h, abs(right):abs(right) + w] = (np.arange(h * w * c) % 41 - 20).reshape(h, w, c)
            part = full[abs(down) + down:, abs(right) + right:][:h, :w]
            x = np.clip(x + (part[:, ::-1] if mirrored else part), 0, 255)
        board = amplitude * (1 - 2 * (np.indices((3, 3)).sum(0) % 2))[:, :, None]
        for rows in (slice(0, 3), slice(h - 3, h)):
            for columns in (slice(0, 3), slice(w - 3, w)):
                x[rows, columns] = np.clip(x[rows, columns] + board, 0, 255)
        out.write(x.astype(np.uint8).tobytes())

parts, channels = [], 3
for width in 32, 64, 128, 128:
    parts += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
    channels = width
net = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)).double().eval()
for module in net:
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        fan = module.weight[0].numel()
        for p in module.parameters():
            values = (torch.arange(p.numel(), dtype=torch.float64) * 7919 % 41 - 20) / 20 / fan**0.5
            p.data = values.reshape(p.shape)

levels = torch.from_numpy(image(32, 16, 3).reshape(2, 16, 16, 3)).double().permute(0, 3, 1, 2)
labels, y = torch.tensor([3, 7]), levels.clone()
for _ in range(STEPS):
    y.requires_grad_(True)
    g, = torch.autograd.grad(nn.functional.cross_entropy(net(y / 255), labels), y)
    y = y.detach() + STEP * g.sign()
    y = torch.clamp(torch.minimum(torch.maximum(y, levels - STRENGTH), levels + STRENGTH), 0, 255)
changes = np.floor((y - levels).permute(0, 2, 3, 1).numpy() + 0.5)
with open("lc_changes.bin", "wb") as out:
    out.write(changes.astype(np.int8).tobytes())
