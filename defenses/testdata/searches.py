"""Writes searches.json: what Neural Cleanse and the sparse Subspace Reconstruction
find, by PyTorch, scikit-learn and NumPy.

    python3 searches.py > searches.json

Neural Cleanse is written from the paper (Wang et al., IEEE S&P 2019): the mask is
(tanh θ + 1)/2, Adam steps on θ. The network and its images are hashed as those of
models/testdata. The dictionary starts from samples that the project's counters draw.
"""
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import torch
from sklearn.linear_model import orthogonal_mp

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "models" / "testdata"))
import reference
from vgg import WIDTHS, VGG

SIDE, IMAGES, CLASSES = 16, 40, 4
BATCH, BATCHES = 32, 8
MASK = (1 << 64) - 1


def start(seed, n):
    """Logits in [-2, 2)."""
    return np.float32(reference.uniform(seed, n) * 4 - 2).astype(np.float64)


def cleanse(target, rounds):
    model = VGG(WIDTHS["vgg5"], CLASSES).double()
    reference.fill(model)
    model.eval()
    images = reference.uniform(100, IMAGES * SIDE * SIDE * 3).reshape(IMAGES, SIDE, SIDE, 3)
    images = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    # The sigmoid of a logit is (tanh θ + 1)/2 at half of it.
    mask = torch.from_numpy(start(200, SIDE * SIDE).reshape(1, 1, SIDE, SIDE) / 2).requires_grad_()
    pattern = start(201, SIDE * SIDE * 3).reshape(1, SIDE, SIDE, 3).transpose(0, 3, 1, 2) / 2
    pattern = torch.from_numpy(pattern.copy()).requires_grad_()
    adam = torch.optim.Adam([mask, pattern], lr=0.1, betas=(0.5, 0.9))
    weight, above, below = 1e-3, 0, 0
    at, best, first, history = 0, math.inf, None, []
    for _ in range(rounds):
        turned, total = 0, 0.0
        for _ in range(BATCHES):
            x = images[[(at + i) % IMAGES for i in range(BATCH)]]
            at = (at + BATCH) % IMAGES
            m, p = (mask.tanh() + 1) / 2, (pattern.tanh() + 1) / 2
            logits, _ = model((1 - m) * x + m * p)
            size = m.sum()
            loss = torch.nn.functional.cross_entropy(logits, torch.full((BATCH,), target)) + weight * size
            turned += int((logits.argmax(1) == target).sum())
            total += size.item()
            adam.zero_grad()
            loss.backward()
            if first is None:  # by the logits
                flat = lambda g: reference.listed(g.permute(0, 2, 3, 1) / 2)
                first = {"loss": loss.item(), "size": size.item(), "mask": flat(mask.grad), "pattern": flat(pattern.grad)}
            adam.step()
        success = turned / (BATCH * BATCHES)
        if success >= 0.99:
            best = min(best, total / BATCHES)
            above, below = above + 1, 0
        else:
            above, below = 0, below + 1
        if above == 5:
            weight, above = weight * 2, 0
        if below == 5:
            weight, below = weight / 2**1.5, 0
        history.append([total / BATCHES, success, weight])
    return {"target": target, "rounds": rounds, "first": first, "history": history, "size": best if best < math.inf else total / BATCHES}


def mix(z):
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def drawn(n, seed, purpose, epoch, index):
    """0 to n-1 in an order that the project's counters draw."""
    key = mix((seed + 0x9E3779B97F4A7C15) & MASK)
    for number, factor in ((purpose, 0xBF58476D1CE4E5B9), (epoch, 0x94D049BB133111EB), (index, 0xD6E8FEB86659FD93)):
        key = mix(key ^ (number * factor) & MASK)
    order, counter = list(range(n)), 0
    for i in range(n - 1, 0, -1):
        while True:
            counter += 1
            v = mix((key + counter * 0x9E3779B97F4A7C15) & MASK)
            if v < MASK - MASK % (i + 1):
                break
        j = v % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def sparse(seed, clean, inspected, d, rank):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(rank, d))
    draw = lambda n: (np.maximum(rng.normal(size=(n, rank)), 0) @ mixing + rng.normal(0, 0.2, (n, d)) + 1).astype(np.float32)
    known, x = draw(clean), draw(inspected)
    x[::2] += rng.normal(0, 1, (len(x[::2]), d)).astype(np.float32)
    fit = known[np.lexsort(known.T[::-1])][::2].astype(np.float64)
    mean = fit.mean(axis=0)
    z = fit - mean
    order = drawn(len(z), seed, 8, 3, 0)
    atoms = z[order[: min(128, max(1, len(z) // 2))]]
    atoms = atoms / np.linalg.norm(atoms, axis=1, keepdims=True)
    used = min(10, len(atoms))
    code = lambda v: np.stack([orthogonal_mp(atoms.T, row, n_nonzero_coefs=used) for row in v])
    warnings.simplefilter("ignore")  # of samples that are atoms, which one atom explains
    for _ in range(10):
        codes = code(z)
        for i in range(len(atoms)):
            if not codes[:, i].any():
                continue
            rest = z - codes @ atoms + np.outer(codes[:, i], atoms[i])
            atom = codes[:, i] @ rest
            atoms[i] = atom / np.linalg.norm(atom)
    residuals = (((x - mean) - code(x - mean) @ atoms) ** 2).sum(axis=1)
    rows = lambda v: [[reference.rounded(e) for e in row] for row in v]
    return {"seed": seed, "clean": rows(known), "x": rows(x), "atoms": len(atoms), "sparsity": used, "residuals": residuals.tolist()}


json.dump({"cleanse": [cleanse(1, 6), cleanse(2, 2)], "sparse": [sparse(3, 60, 10, 24, 6), sparse(4, 31, 8, 40, 4)]}, sys.stdout)
print()
