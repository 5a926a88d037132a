"""Writes others.json: what frequency and TED compute, by NumPy and SciPy.

    python3 others.py > others.json
"""
import json
import sys

import numpy as np
from scipy.fft import dctn

rng = np.random.default_rng(2104_03413)


def frequency(clean, inspected, h, w, c):
    draw = lambda n: rng.integers(0, 256, (n, h, w, c))
    fit, x = draw(clean), draw(inspected)
    x[0, ::2, ::2] = 255  # a grid
    energy = lambda v: np.log(dctn(v / 255, type=2, norm="ortho", axes=(1, 2)) ** 2 + 1 / 255**2).reshape(len(v), -1)
    e = energy(fit)
    z = (energy(x) - e.mean(axis=0)) / np.maximum(e.std(axis=0), 1e-3)
    z = np.sort(z, axis=1)
    median = np.median(z, axis=1)
    top = z[:, -((z.shape[1] + 99) // 100) :].mean(axis=1)
    return {
        "shape": [h, w, c],
        "clean": fit.reshape(clean, -1).tolist(),
        "x": x.reshape(inspected, -1).tolist(),
        "highest": (z[:, -1] - median).tolist(),
        "top": (top - median).tolist(),
    }


def ted(bank, inspected, classes, widths):
    """Ranks at layers of some widths, the last of which are the logits; and how far
    out rows of ranks are, of which the first half is what is usual."""
    labels = np.arange(bank) % classes
    draw = lambda n: [rng.normal(size=(n, d)).astype(np.float32) for d in widths + [classes]]
    known, x = draw(bank), draw(inspected)
    called = x[-1].argmax(axis=1)
    ranks = np.empty((inspected, len(known)))
    for k in range(len(known)):
        distance = ((x[k][:, None].astype(np.float64) - known[k][None]) ** 2).sum(axis=2)
        for i in range(inspected):
            own = labels == called[i]
            ranks[i, k] = (distance[i] < distance[i, own].min()).sum() if own.any() else bank
    fit = ranks[: inspected // 2]
    mean, cov = fit.mean(axis=0), np.cov(fit.T)
    values, vectors = np.linalg.eigh(cov)
    out = (((ranks - mean) @ vectors) ** 2 / (np.maximum(values, 0) + 1)).sum(axis=1)
    rows = lambda layers: [[[float(v) for v in row] for row in layer] for layer in layers]
    return {"labels": labels.tolist(), "bank": rows(known), "x": rows(x), "ranks": ranks.astype(int).tolist(), "outlyingness": out.tolist()}


json.dump({"frequency": [frequency(9, 4, 6, 8, 3), frequency(5, 3, 7, 5, 1)], "ted": [ted(9, 12, 4, [5, 7]), ted(6, 9, 7, [3])]}, sys.stdout)
print()
