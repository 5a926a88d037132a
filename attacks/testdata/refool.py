"""Writes refool.bin: images with reflections, as NumPy and SciPy make them in
float64, for each of CASES behind each other.

Draws are those of epoch 2 of seed 9.
"""
import numpy as np
from PIL import Image
from scipy.ndimage import correlate1d

from streams import GENERATE, PERTURB, Stream, image

CASES = [  # height, width, channels, index, share of doubled reflections, transmission if not drawn
    *((32, 32, 3, i, 0.49, None) for i in range(5, 11)),
    (28, 28, 1, 5, 0.49, 0.4),
    (28, 28, 1, 6, 0.49, 0.4),
    (20, 31, 3, 5, 1, None),
    (20, 31, 3, 6, 0.001, None),
]


def unit(stream):
    return (stream.uint64() >> 11) * 2.0**-53


def uniform(stream, lo, hi):
    return lo + unit(stream) * (hi - lo)


def windows(number):
    stream = Stream(number, GENERATE, 0, 1)
    pixels = np.full((32, 32, 3), 10 + stream.below(31), np.uint8)
    for _ in range(5):
        top, left, h, w = stream.below(26), stream.below(26), 4 + stream.below(12), 4 + stream.below(12)
        pixels[top:top + h, left:left + w] = [96 + stream.below(160) for _ in range(3)]
    return Image.fromarray(pixels)


with open("refool.bin", "wb") as out:
    for h, w, c, index, share, fixed in CASES:
        stream = Stream(9, PERTURB, 2, index)
        r = windows(stream.below(16)).convert("L" if c == 1 else "RGB").resize((w, h), Image.BILINEAR)
        r = (np.asarray(r, np.float64).reshape(h, w, c) / 255) ** 2.2
        t = (image(h, w, c) / 255) ** 2.2
        alpha = 1 - uniform(stream, 0.05, 0.45)
        alpha = fixed or alpha
        if unit(stream) < share:
            down, right = 3 + stream.below(6), 3 + stream.below(6)
            first = uniform(stream, 0.15, 0.5)
            if unit(stream) < 0.5:
                first = 1 - first
            moved = np.zeros_like(r)
            moved[down:, right:] = r[:h - down, :w - right]
            layer = (first * r + (1 - first) * moved) * (1 - alpha)
        else:
            sigma, darker = uniform(stream, 1, 5), uniform(stream, 1.08, 1.18)
            top, left = stream.below(550 - h), stream.below(550 - w)
            radius = int(np.ceil(2 * sigma))
            kernel = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * sigma**2))
            kernel /= kernel.sum()
            for axis in 0, 1:
                r = correlate1d(r, kernel, axis=axis, mode="mirror")
            both = r + t
            for k in range(c):
                bright = both[:, :, k][both[:, :, k] > 1]
                if len(bright):
                    r[:, :, k] -= (bright.mean() - 1) * darker
            place = 6 * ((np.arange(560) + 0.5) / 560 - 0.5)
            fade = np.exp(-(place[None, left:left + w] ** 2 + place[top:top + h, None] ** 2) / 4)
            layer = np.clip(r, 0, 1) * fade[:, :, None] * (1 - alpha / 2)
        level = 255 * (layer + alpha * t) ** (1 / 2.2)
        out.write(np.floor(np.clip(level, 0, 255) + 0.5).astype(np.uint8).tobytes())
