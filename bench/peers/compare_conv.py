"""Every convolution of VGG-11 and ResNet-18 in three passes beside PyTorch's (oneDNN).
Called by bench/peers/run, which prepares the folder."""

import math
import sys

from alternate import ROUNDS, alternate, call, median, ours, ratio, wanted

folder, threads, rows = sys.argv[1:4]
BATCH = "256"
# input channels, output channels, side of the map, stride, kernel
VGG11 = [(3, 64, 32, 1, 3), (64, 128, 16, 1, 3), (128, 256, 8, 1, 3), (256, 256, 8, 1, 3),
         (256, 512, 4, 1, 3), (512, 512, 4, 1, 3), (512, 512, 2, 1, 3)]
RESNET18 = [(64, 64, 32, 1, 3), (64, 128, 32, 2, 3), (64, 128, 32, 2, 1), (128, 128, 16, 1, 3),
            (128, 256, 16, 2, 3), (128, 256, 16, 2, 1), (256, 512, 8, 2, 3), (256, 512, 8, 2, 1)]

print(f"Convolutions, batch {BATCH}, {threads} threads, ms; medians of {ROUNDS} alternating rounds")
print(f"{'layer':24}{'pass':>6}  {'algorithm':10}{'sdrm':>8}{'PyTorch':>9}  ratio")
logs = []
for cin, cout, size, stride, kernel in VGG11 + RESNET18:
    for which in ("fwd", "dgrad", "wgrad"):
        layer = f"{cin}→{cout} @{size} k{kernel} s{stride}"
        below = cin != 3 or which != "dgrad"  # nothing lies below the images
        if not below or not wanted(rows, layer, which):
            continue
        words = ["--cin", cin, "--cout", cout, "--size", size, "--stride", stride, "--kernel", kernel]
        sides = alternate(
            lambda: ours(folder, "conv", *map(str, words), "--batch", BATCH, "--pass", which, "--threads", threads),
            lambda: call([sys.executable, "bench/peers/conv.py",
                          *map(str, (cin, cout, size, stride, kernel)), BATCH, which, threads]))
        mine, theirs = ([r["ms"] for r in s] for s in sides)
        logs.append(math.log(median(t / m for m, t in zip(mine, theirs))))
        print(f"{layer:24}{which:>6}  {sides[0][0]['algorithm']:10}"
              f"{median(mine):8.1f}{median(theirs):9.1f}  {ratio(mine, theirs)}", flush=True)
if logs:
    print(f"geometric mean {math.exp(sum(logs) / len(logs)):.2f}x, least {math.exp(min(logs)):.2f}x")
