"""Writes nan.json: max pooling, ReLU and ReLU6 by PyTorch on a CPU, and a normalisation
with its ReLU and 2x2 pooling in inference, where some of the numbers are NaN, infinite,
equal or zeros of either sign. Tensors are N, H, W, C; JSON has no NaN, so numbers are
words.

    python3 nan.py > nan.json
"""
import json
import sys

import numpy as np
import torch
from torch.nn import functional

rng = np.random.default_rng(754)


def drawn(shape):
    values = [float("nan"), 0.0, -0.0, float("inf"), float("-inf"), 1.0, 2.0, -3.0]
    return rng.choice(values, size=shape, p=[0.2, 0.15, 0.1, 0.05, 0.1, 0.15, 0.1, 0.15]).astype(np.float32)


def words(t):
    return " ".join("%.9g" % v for v in t.detach().numpy().reshape(-1))


def case(op, shape, f, kernel=0, stride=0, gradient=True):
    x = torch.from_numpy(drawn(shape)).requires_grad_()
    y = f(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    made = {"op": op, "shape": shape, "kernel": kernel, "stride": stride, "x": words(x), "y": words(y)}
    if gradient:
        dy = torch.arange(1, y.numel() + 1, dtype=torch.float32).reshape(y.shape)
        y.backward(dy)
        made |= {"dy": words(dy), "dx": words(x.grad)}
    return made


def pool(shape, kernel, stride):
    return case("pool", shape, lambda x: functional.max_pool2d(x, kernel, stride), kernel, stride)


def norm(x):
    c = x.shape[1]
    y = functional.batch_norm(x, torch.full((c,), 0.5), torch.full((c,), 0.25), torch.full((c,), 2.0), torch.full((c,), -1.0))
    return functional.max_pool2d(torch.relu(y), 2)


json.dump([
    pool((1, 6, 8, 19), 2, 2),
    pool((1, 5, 7, 3), 2, 2),
    pool((2, 7, 7, 5), 3, 2),
    pool((1, 4, 5, 3), 2, 1),
    pool((1, 7, 8, 4), 2, 3),
    case("relu", (1, 5, 7, 3), torch.relu),
    case("relu6", (1, 5, 7, 3), functional.relu6, gradient=False),
    case("norm, relu, pool", (1, 4, 8, 19), norm, 2, 2, gradient=False),
    case("norm, relu, pool", (1, 6, 6, 5), norm, 2, 2, gradient=False),
], sys.stdout)
print()
