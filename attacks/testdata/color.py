"""Writes color.bin: images whose colors are moved, as NumPy computes it, for each
of CASES behind each other. Images of one channel are moved by what that changes of
their luma, 0.299 R + 0.587 G + 0.114 B.
"""
import numpy as np

from streams import image

CASES = [  # height, width, channels, red, green, blue
    (32, 32, 3, 32, 0, -32),
    (28, 28, 1, 32, 0, -32),
    (5, 9, 3, -255, 7, 255),
    (6, 4, 1, 100, -80, 3),
]

with open("color.bin", "wb") as out:
    for h, w, c, *shift in CASES:
        moves = np.array(shift) if c == 3 else np.floor(np.dot(shift, [0.299, 0.587, 0.114]) + 0.5).reshape(1)
        out.write(np.clip(image(h, w, c) + moves, 0, 255).astype(np.uint8).tobytes())
