"""Training steps beside PyTorch's in either layout of its tensors: seconds, images a
second, peak memory; the ratio is that to the faster layout of each round.
Called by bench/peers/run, which prepares the folder."""

import sys

from alternate import ROUNDS, alternate, call, median, ours, ratio, wanted

folder, threads, rows = sys.argv[1:4]
STEPS = "3"
WORK = [("vgg11", 256, 0), ("vgg11", 256, 0.1), ("resnet18", 256, 0)] + [(model, 128, 0) for model in (
    "vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "preactresnet18", "senet18", "mobilenetv2", "densenet121")]


def step(command, *words):
    flags = ["--model", model, "--batch", str(batch), "--lambda", str(weight), "--steps", STEPS, "--threads", threads]
    return command([*words, *flags])


def torch(layout):
    return lambda: step(call, sys.executable, "bench/peers/step.py", folder, "--layout", layout)


print(f"Training step, {threads} threads; medians of {ROUNDS} alternating rounds of {STEPS} steps")
print(f"{'model':15}{'batch':>6}{'lambda':>7}  {'engine':22}{'step s':>8}{'images/s':>10}{'peak MB':>9}")
for model, batch, weight in WORK:
    if not wanted(rows, model, batch, weight):
        continue
    label = f"{model:15}{batch:6}{weight:7}"
    sides = alternate(lambda: step(lambda flags: ours(folder, *flags), "step"), torch("contiguous"), torch("channels_last"))
    for name, results in zip(("sdrm", "PyTorch", "PyTorch, channels last"), sides):
        seconds, rate, peak = (median(r[k] for r in results) for k in ("step_s", "img_per_s", "peak_rss_mb"))
        print(f"{label}  {name:22}{seconds:8.3f}{rate:10.0f}{peak:9.0f}")
    mine, *theirs = ([r["step_s"] for r in results] for results in sides)
    print(f"{label}  ratio {ratio(mine, [min(pair) for pair in zip(*theirs)])}", flush=True)
