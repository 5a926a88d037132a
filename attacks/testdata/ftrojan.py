"""Writes ftrojan.bin: images with two stronger frequencies, as SciPy's DCT in
float64 makes them, for each of CASES behind each other.

Images are continued to whole windows, and cut again.
"""
import numpy as np
from scipy.fft import dctn, idctn

from streams import image

CASES = [  # height, width, channels, magnitude
    (32, 32, 3, 30),
    (36, 64, 3, 20),
    (28, 28, 1, 30),
    (16, 9, 3, 77.5),
]

KR, KG, KB = 0.299, 0.587, 0.114


def stronger(plane, magnitude):
    """Adds the magnitude in each window of a colour plane."""
    h, w = plane.shape
    n, m = min(h, 32), min(w, 32)
    plane = np.pad(plane, ((0, -h % n), (0, -w % m)), mode="edge")
    for y in range(0, h, n):
        for x in range(0, w, m):
            window = dctn(plane[y:y + n, x:x + m], norm="ortho")
            window[n - 1, m - 1] += magnitude
            window[n // 2 - 1, m // 2 - 1] += magnitude
            plane[y:y + n, x:x + m] = idctn(window, norm="ortho")
    return plane[:h, :w]


with open("ftrojan.bin", "wb") as out:
    for h, w, c, magnitude in CASES:
        pixels = image(h, w, c).astype(np.float64)
        if c == 1:
            pixels = stronger(pixels[:, :, 0], magnitude)
        else:
            r, g, b = np.moveaxis(pixels, 2, 0)
            y = KR * r + KG * g + KB * b
            cr = stronger((r - y) / (2 - 2 * KR), magnitude)
            cb = stronger((b - y) / (2 - 2 * KB), magnitude)
            r, b = y + (2 - 2 * KR) * cr, y + (2 - 2 * KB) * cb
            pixels = np.stack([r, (y - KR * r - KB * b) / KG, b], 2)
        out.write(np.clip(np.floor(pixels + 0.5), 0, 255).astype(np.uint8).tobytes())
