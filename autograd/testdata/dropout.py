"""Writes dropout.json: dropout forward and backward by PyTorch's autograd, with masks
that the project's counters draw, and SciPy's bounds on how many elements are kept.

    python3 dropout.py > dropout.json
"""
import json
import sys

import numpy as np
import torch
from scipy.stats import binom

MASK = (1 << 64) - 1
DROPOUT = 5  # the purpose of the streams
rng = np.random.default_rng(1929)


def mix(z):
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def stream(seed, purpose, epoch, index):
    key = mix((seed + 0x9E3779B97F4A7C15) & MASK)
    for number, factor in ((purpose, 0xBF58476D1CE4E5B9), (epoch, 0x94D049BB133111EB), (index, 0xD6E8FEB86659FD93)):
        key = mix(key ^ (number * factor) & MASK)
    counter = 0
    while True:
        counter += 1
        yield mix((key + counter * 0x9E3779B97F4A7C15) & MASK)


def kept(n, p, seed, step, layer):
    draws = stream(next(stream(seed, DROPOUT, step, layer)), DROPOUT, 0, 0)
    return np.array([(next(draws) >> 40) * 2.0**-24 >= np.float32(p) for _ in range(n)])


def case(n, p, seed, step, layer):
    x = torch.tensor(rng.normal(size=n).astype(np.float32).astype(np.float64), requires_grad=True)
    dy = rng.normal(size=n).astype(np.float32)
    mask = torch.tensor(kept(n, p, seed, step, layer).astype(np.float64))
    y = x * mask / (1 - p)
    y.backward(torch.tensor(dy.astype(np.float64)))
    return {"p": p, "seed": seed, "step": step, "layer": layer, "x": x.detach().numpy().tolist(), "dy": [float(v) for v in dy],
            "y": y.detach().numpy().tolist(), "dx": x.grad.numpy().tolist()}


def bounds(n, p):
    """Of the number of kept elements, with 1 in 10,000 outside."""
    low, high = binom.interval(1 - 1e-4, n, 1 - p)
    return {"n": n, "p": p, "low": int(low), "high": int(high)}


json.dump({"cases": [case(12, 0.25, 7, 0, 0), case(9, 0.5, 7, 3, 2), case(20, 0.9, 1 << 40, 11, 1)],
           "bounds": [bounds(n, p) for n in (1000, 40000) for p in (0.1, 0.5, 0.9)]}, sys.stdout)
print()
