"""Writes regularised.json: ResNet-18 with the MMD² of its three levels in the loss, by
PyTorch's autograd in float64 over tensors of differences (see reference.py).

    python3 regularised.py > regularised.json
"""

import json

import reference
from resnet import models

LAMBDA, BENIGN, MALICIOUS = 0.5, [0, 2, 3, 7], [1, 4, 6]


def mmd(level):
    """Biased, the prototype's kernel, whose bandwidth has no gradient."""
    x = level.flatten(1)[BENIGN + MALICIOUS]
    d = ((x[:, None, :] - x[None, :, :]) ** 2).sum(2)
    n, a = len(x), len(BENIGN)
    base = d.detach().sum() / (n * n - n)
    k = sum((-d / (base * m)).exp() for m in (0.25, 0.5, 1, 2, 4))
    return k[:a, :a].mean() + k[a:, a:].mean() - 2 * k[:a, a:].mean()


def term(levels):
    return LAMBDA * sum(mmd(level) for level in levels)


trace = reference.trace(models["resnet18"](), "layer4.1.bn2", 9, batch=8, side=16, term=term)
print(json.dumps({"regularised": {"resnet18": {**trace, "lambda": LAMBDA, "benign": BENIGN, "malicious": MALICIOUS}}}, separators=(",", ":")))
