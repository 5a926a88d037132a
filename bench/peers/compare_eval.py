"""Evaluation of VGG-11 and ResNet-18 (batch normalisation folded) beside ONNX Runtime,
one image, eight and 256 at a time. Called by bench/peers/run, which prepares the folder."""

import sys

import torch

import mmdr
from alternate import ROUNDS, alternate, call, median, ours, ratio

folder, threads = sys.argv[1], sys.argv[2]


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x)[0]


print(f"Evaluation, {threads} threads, images/s; medians of {ROUNDS} alternating rounds")
print(f"{'model':10}{'batch':>6}{'sdrm':>8}{'ONNX Runtime':>14}  ratio")
for name in ("vgg11", "resnet18"):
    model = Logits(mmdr.model(name).eval())
    for batch in (1, 8, 256):
        path = f"{folder}/{name}.onnx"
        torch.onnx.export(model, torch.rand(batch, 3, 32, 32), path, input_names=["x"], output_names=["y"])
        sides = alternate(
            lambda: ours(folder, "eval", "--model", name, "--batch", str(batch), "--threads", threads),
            lambda: call(["node", "bench/peers/onnx.mjs", path, str(batch), threads]))
        mine, theirs = ([batch / r["img_per_s"] for r in s] for s in sides)
        print(f"{name:10}{batch:6}{batch / median(mine):8.0f}{batch / median(theirs):14.0f}{ratio(mine, theirs)}", flush=True)
