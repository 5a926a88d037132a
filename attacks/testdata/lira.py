"""Writes lira.bin: images with the trigger of a generator of given weights, as
PyTorch makes them in float64, for each of CASES behind each other.
"""
import numpy as np
import torch

from streams import image

CASES = [  # height, width, channels, strength
    (32, 32, 3, 16),
    (28, 28, 1, 60),
    (9, 7, 3, 100.5),
]

with open("lira.bin", "wb") as out:
    for h, w, c, strength in CASES:
        net = torch.nn.Sequential(
            torch.nn.Conv2d(c, 16, 3, padding=1), torch.nn.ReLU(),
            torch.nn.Conv2d(16, 16, 3, padding=1), torch.nn.ReLU(),
            torch.nn.Conv2d(16, c, 3, padding=1)).double()
        for p in net.parameters():
            p.data = ((torch.arange(p.numel(), dtype=torch.float64) % 41 - 20) / 64).reshape(p.shape)
        x = torch.from_numpy(image(h, w, c)).double().permute(2, 0, 1)[None] / 255
        with torch.no_grad():
            y = x + strength / 255 * torch.tanh(net(x) / 2)
        levels = np.clip(y[0].permute(1, 2, 0).numpy() * 255, 0, 255)
        out.write(np.floor(levels + 0.5).astype(np.uint8).tobytes())
