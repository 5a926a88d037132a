"""Writes adaptive_blend.bin and adaptive_patch.bin: images that Pillow blends
with parts of the trigger, or with patches, for each of the cases behind each
other.

Draws are those of images 5 and following in epoch 2 of seed 9.
"""
import numpy as np
from PIL import Image

from streams import PERTURB, Stream, image


def pattern(n):
    """The default trigger of Blended, as a picture of n×n."""
    i, j, c = np.mgrid[0:n, 0:n, 0:3]
    light = np.where((i // 2 + j // 2) % 2 == 0, 127.5 + 80, 127.5 - 80)
    radius = np.hypot((i + 0.5) / n - 0.4, (j + 0.5) / n - 0.35)
    return Image.fromarray((light + 47 * np.sin(2 * np.pi * 4.5 * radius + 2 * np.pi / 3 * c)).astype(np.uint8))


def picture(h, w, c):
    pixels = image(h, w, c).astype(np.uint8)
    return Image.fromarray(pixels[:, :, 0] if c == 1 else pixels)


with open("adaptive_blend.bin", "wb") as out:
    for h, w, c, weight, test in [(32, 32, 3, 0.15, False), (30, 27, 3, 0.4, False), (28, 28, 1, 0.15, False), (32, 32, 3, 0.2, True)]:
        clean = picture(h, w, c)
        full = Image.blend(clean, pattern(32).convert(clean.mode).resize((w, h), Image.BILINEAR), weight)
        keep = Image.new("L", (w, h), 255 if test else 0)
        stream, left = Stream(9, PERTURB, 2, 5), 8
        for piece in range(16):
            if stream.below(16 - piece) < left:
                left -= 1
                y, x = divmod(piece, 4)
                keep.paste(255, (x * w // 4, y * h // 4, (x + 1) * w // 4, (y + 1) * h // 4))
        out.write(Image.composite(full, clean, keep).tobytes())


def blend(on, side, left, top, weight):
    """Blends a patch into a part of an image."""
    box = (left, top, left + side, top + side)
    on.paste(Image.blend(on.crop(box), pattern(side).convert(on.mode), weight), box)


def corners(on, weight):
    w, h = on.size
    for top in 0, h - 3:
        for left in 0, w - 3:
            blend(on, 3, left, top, weight)


with open("adaptive_patch.bin", "wb") as out:
    for h, w, c, index, test in [(32, 32, 3, i, False) for i in range(5, 13)] + [(28, 28, 1, 5, False), (32, 32, 3, 5, True)]:
        on = picture(h, w, c)
        if test:
            blend(on, 5, w - 5, h - 5, 1)
            corners(on, 1)
        else:
            which = Stream(9, PERTURB, 2, index).below(4)
            if which == 0:
                blend(on, 5, w - 5, h - 5, 0.5)
            elif which == 1:
                blend(on, 6, 0, h - 6, 0.2)
            elif which == 2:
                corners(on, 0.5)
            else:
                blend(on, 8, w - 11, h - 11, 0.3)
        out.write(on.tobytes())
