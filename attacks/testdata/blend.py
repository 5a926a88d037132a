"""Writes what Pillow makes of blends.

blend.txt: for each weight, the SHA-256 of the blends of all pairs of bytes, the
image's byte changing slowest. trigger_*: small trigger files. blended_*.bin: a
32×32 image, byte i = (i*i*9 + 31*i + (i >> 3)) % 256, blended at 0.1 with that
trigger resized to 32×32. blended_on_gray.bin: the first 1024 bytes of that image as a
gray one, blended with the gray of trigger_rgb.png.
"""
import hashlib

from PIL import Image

WEIGHTS = [0.003, 0.1, 0.15, 0.2, 0.33, 0.5, 0.9, 0.999, 1.0]

with open("blend.txt", "w") as out:
    image = Image.frombytes("L", (256, 256), bytes(a for a in range(256) for b in range(256)))
    trigger = Image.frombytes("L", (256, 256), bytes(b for a in range(256) for b in range(256)))
    for weight in WEIGHTS:
        out.write("%g %s\n" % (weight, hashlib.sha256(Image.blend(image, trigger, weight).tobytes()).hexdigest()))

H, W = 45, 40
rgb = Image.frombytes("RGB", (W, H), bytes((x * 6 * (c == 0) + y * 5 * (c == 1) + ((x // 8 + y // 9) % 2) * 200 * (c == 2)) % 256
                                           for y in range(H) for x in range(W) for c in range(3)))
rgba = rgb.copy()
rgba.putalpha(Image.frombytes("L", (W, H), bytes((x + 3 * y) % 256 for y in range(H) for x in range(W))))
rgb.save("trigger_rgb.png")
rgba.save("trigger_rgba.png")
rgb.convert("L").save("trigger_gray.png")
rgb.quantize(32).save("trigger_palette.gif")
rgb.save("trigger_rgb.jpg", quality=90)

image = Image.frombytes("RGB", (32, 32), bytes((i * i * 9 + 31 * i + (i >> 3)) % 256 for i in range(32 * 32 * 3)))
for name in ["rgb.png", "rgba.png", "gray.png", "palette.gif", "rgb.jpg"]:
    trigger = Image.open("trigger_" + name).convert("RGB").resize((32, 32), Image.BILINEAR)
    with open("blended_" + name.replace(".", "_") + ".bin", "wb") as out:
        out.write(Image.blend(image, trigger, 0.1).tobytes())

with open("blended_on_gray.bin", "wb") as out:
    gray = Image.frombytes("L", (32, 32), image.tobytes()[:32 * 32])
    trigger = Image.open("trigger_rgb.png").convert("L").resize((32, 32), Image.BILINEAR)
    out.write(Image.blend(gray, trigger, 0.1).tobytes())
