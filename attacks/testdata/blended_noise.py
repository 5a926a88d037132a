"""Writes blended_noise.bin: images with a random picture blended in, as Pillow
resizes and blends it, for each of CASES behind each other.
"""
import numpy as np
from PIL import Image

from streams import GENERATE, Stream, image

CASES = [  # height, width, channels, weight
    (32, 32, 3, 0.1),
    (20, 31, 3, 0.3),
    (28, 28, 1, 0.1),
]

draw = Stream(0, GENERATE, 0, 3)
noise = Image.fromarray(np.array([draw.below(256) for _ in range(32 * 32 * 3)], np.uint8).reshape(32, 32, 3))
with open("blended_noise.bin", "wb") as out:
    for h, w, c, weight in CASES:
        picture = noise if c == 3 else noise.convert("L")
        picture = picture.resize((w, h), Image.BILINEAR)
        x = Image.fromarray(image(h, w, c).astype(np.uint8).reshape((h, w, c) if c == 3 else (h, w)))
        out.write(Image.blend(x, picture, weight).tobytes())
