"""Writes sig.bin: images with the sinusoid of SIG, as NumPy computes it in
float64, for each of CASES behind each other.

The image's byte i is (i*i*9 + 31*i + (i >> 3)) % 256.
"""
import numpy as np

CASES = [  # height, width, channels, amplitude, frequency
    (32, 32, 3, 40, 6),
    (28, 28, 1, 30, 6),
    (5, 48, 3, 77.7, 2.5),
]

with open("sig.bin", "wb") as out:
    for h, w, c, delta, frequency in CASES:
        i = np.arange(h * w * c, dtype=np.int64)
        image = ((i * i * 9 + 31 * i + (i >> 3)) % 256).reshape(h, w, c)
        wave = delta * np.sin(2 * np.pi * np.arange(w) * frequency / w)
        out.write(np.clip(np.rint(image + wave[None, :, None]), 0, 255).astype(np.uint8).tobytes())
