"""Writes wanet.bin: images bent by WaNet, as PyTorch's bicubic upsampling and
grid_sample have it in float64, for each of CASES behind each other.

The noise of a cover is that of image 5 in epoch 2 of seed 9.
"""
import numpy as np
import torch
from torch.nn.functional import grid_sample, interpolate

from streams import GENERATE, PERTURB, Stream, image

CASES = [  # height, width, channels, k, s, grid, cover
    (32, 32, 3, 4, 0.5, 0, False),
    (32, 32, 3, 4, 0.5, 0, True),
    (28, 28, 1, 4, 1.5, 0, False),
    (20, 31, 3, 7, 3, 1000000, True),
]


def uniform(stream, *shape):
    return torch.tensor([stream.signed() for _ in range(int(np.prod(shape)))], dtype=torch.float64).reshape(*shape)


with open("wanet.bin", "wb") as out:
    for h, w, c, k, s, grid, cover in CASES:
        offsets = uniform(Stream(grid, GENERATE, 0, 0), 1, 2, k, k)
        offsets = offsets / offsets.abs().mean()
        offsets = interpolate(offsets, size=(h, w), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
        y, x = torch.meshgrid(torch.linspace(-1, 1, h, dtype=torch.float64), torch.linspace(-1, 1, w, dtype=torch.float64), indexing="ij")
        field = torch.clamp(torch.stack([x, y], 2)[None] + s * offsets / h, -1, 1)
        if cover:
            field = torch.clamp(field + uniform(Stream(9, PERTURB, 2, 5), 1, h, w, 2) / h, -1, 1)
        pixels = torch.tensor(image(h, w, c), dtype=torch.float64).permute(2, 0, 1)[None]
        bent = grid_sample(pixels, field, mode="bilinear", align_corners=True)[0].permute(1, 2, 0).numpy()
        out.write(np.floor(bent + 0.5).astype(np.uint8).tobytes())
