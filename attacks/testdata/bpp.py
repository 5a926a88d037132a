"""Writes bpp.bin: images of few levels, as NumPy makes them in float64, for each
of CASES behind each other.

Dithering runs over the whole image in place, as Floyd and Steinberg describe it.
"""
import numpy as np

from streams import image

CASES = [  # height, width, channels, levels, dithering
    (32, 32, 3, 8, False),
    (28, 28, 1, 2, False),
    (32, 32, 3, 8, True),
    (9, 7, 3, 5, True),
    (28, 28, 1, 2, True),
]


def nearest(v, levels):
    return np.clip(np.floor(v * (levels - 1) / 255 + 0.5), 0, levels - 1) * 255 / (levels - 1)


with open("bpp.bin", "wb") as out:
    for h, w, c, levels, dithering in CASES:
        pixels = image(h, w, c).astype(np.float64)
        if not dithering:
            pixels = nearest(pixels, levels)
        else:
            for y in range(h):
                for x in range(w):
                    level = nearest(pixels[y, x], levels)
                    lost = pixels[y, x] - level
                    pixels[y, x] = level
                    for dy, dx, share in (0, 1, 7), (1, -1, 3), (1, 0, 5), (1, 1, 1):
                        if y + dy < h and 0 <= x + dx < w:
                            pixels[y + dy, x + dx] += lost * share / 16
        out.write(np.floor(pixels + 0.5).astype(np.uint8).tobytes())
