"""Writes figures.json: PSNR, SSIM and the largest change of pairs of images, as
NumPy and SciPy compute them in float64.

The original is a ramp with a pattern on it, see below; to it is added, in the
bytes i with (i // every) % 2 == 0, the amplitude. SSIM is that of Wang
et al. 2004 with the window of scipy.ndimage.gaussian_filter: radius
int(3.5 * 1.5 + 0.5) = 5, hence 11 weights.
"""
import json

import numpy as np
from scipy.ndimage import gaussian_filter

CASES = [  # height, width, channels, amplitude, every
    (32, 32, 3, 9, 1),
    (32, 32, 3, -40, 7),
    (28, 28, 1, 3, 5),
    (11, 11, 1, 100, 2),
    (13, 40, 3, 1, 64),
    (64, 64, 3, 255, 4096),
]


def ssim(a, b):
    def mean(x):
        return gaussian_filter(x, sigma=1.5, truncate=3.5)[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = mean(a), mean(b)
    va, vb, ab = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
    return np.mean((2 * ma * mb + c1) * (2 * ab + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))


out = []
for h, w, c, amplitude, every in CASES:
    i = np.arange(h * w * c, dtype=np.int64)
    a = (i // 8 % 192 + (i * i * 9 + 31 * i + (i >> 3)) % 64).reshape(h, w, c)
    change = np.where(i // every % 2 == 0, amplitude, 0).reshape(h, w, c)
    b = np.clip(a + change, 0, 255)
    out.append({
        "h": h, "w": w, "c": c, "amplitude": amplitude, "every": every,
        "psnr": 10 * np.log10(255**2 / np.mean((a - b) ** 2.0)),
        "ssim": float(np.mean([ssim(a[:, :, k].astype(float), b[:, :, k].astype(float)) for k in range(c)])),
        "largest": int(np.abs(a - b).max()),
    })
with open("figures.json", "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
