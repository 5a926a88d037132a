"""Writes rotate.bin with PyTorch's grid_sample: float32 images that are turned
counter-clockwise about their centres, bilinearly and with black around them.

Byte i of an image is (i*i*9 + 31*i + (i >> 3)) % 256. For each height, width,
channels and angle in degrees below: the values, height by width by channels.
"""
import math

import numpy as np
import torch

with open("rotate.bin", "wb") as out:
    for h, w, c, degrees in [(32, 32, 3, 15), (32, 32, 3, -7.5), (9, 14, 1, 40), (28, 28, 1, -15), (5, 4, 3, 180), (6, 6, 1, 0)]:
        i = np.arange(h * w * c, dtype=np.int64)
        image = ((i * i * 9 + 31 * i + (i >> 3)) % 256).astype(np.float64).reshape(h, w, c)
        y, x = np.mgrid[:h, :w].astype(np.float64)
        y, x = y - (h - 1) / 2, x - (w - 1) / 2
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        # The image's rows go down, so counter-clockwise is clockwise in (x, y).
        from_x, from_y = cos * x - sin * y, sin * x + cos * y
        grid = np.stack([from_x * 2 / (w - 1), from_y * 2 / (h - 1)], -1)
        turned = torch.nn.functional.grid_sample(
            torch.tensor(image).permute(2, 0, 1)[None], torch.tensor(grid)[None],
            mode="bilinear", padding_mode="zeros", align_corners=True)
        out.write(turned[0].permute(1, 2, 0).numpy().astype("<f4").tobytes())
