"""The peer: Activation Clustering, Spectral Signatures, Subspace Reconstruction and the
permutation test of the MMD with NumPy and scikit-learn, as one who knows them writes it:
solvers that look for no more directions than are needed, and all permutations in one
product.

    python3 detectors.py FILE.npz
"""

import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.utils.extmath import randomized_svd

POISON = 0.1


def ac(latents):
    reduced = PCA(n_components=10, random_state=0).fit_transform(latents)
    labels = KMeans(n_clusters=2, n_init=10, random_state=0).fit_predict(reduced)
    smaller = min(labels.sum(), len(labels) - labels.sum())
    return smaller if smaller < 0.35 * len(labels) else 0


def ss(latents):
    centred = latents - latents.mean(axis=0)
    _, _, v = randomized_svd(centred, 1, random_state=0)
    scores = (centred @ v[0]) ** 2
    lowest = np.sort(scores)[-int(np.ceil(1.5 * POISON * len(scores)))]
    return (scores >= lowest).sum()


def sr(latents, clean):
    p = PCA(n_components=min(50, len(clean) // 2 - 1)).fit(clean[::2])
    held = np.cumsum(p.explained_variance_ratio_) >= 0.95
    u = p.components_[: held.argmax() + 1 if held.any() else None]

    def residuals(x):
        centred = x - p.mean_
        rest = centred - (centred @ u.T) @ u
        return np.einsum("ij,ij->i", rest, rest)

    return (residuals(latents) > np.percentile(residuals(clean[1::2]), 95)).sum()


def mmd(a, b, permutations=1000):
    both = np.vstack([a, b])
    both -= both.mean(axis=0)
    n, m = len(both), len(a)
    squares = np.einsum("ij,ij->i", both, both)
    distances = np.maximum(squares[:, None] + squares[None] - 2 * (both @ both.T), 0)
    np.fill_diagonal(distances, 0)
    base = distances.sum(dtype=np.float64) / (n * n - n)
    kernel = np.zeros_like(distances)
    for multiple in (0.25, 0.5, 1, 2, 4):
        kernel += np.exp(distances * np.float32(-1 / (base * multiple)))
    rng = np.random.default_rng(1)
    weights = np.full((n, permutations + 1), -1 / (n - m), np.float32)
    weights[:m, 0] = 1 / m
    for i in range(1, permutations + 1):
        weights[rng.permutation(n)[:m], i] = 1 / m
    values = np.einsum("ij,ij->j", weights, kernel @ weights, dtype=np.float64)
    p = (values[1:] >= values[0]).mean()
    assert 0 <= p <= 1
    return values[0]


def timed(f, *args):
    f(*args)
    begin = time.perf_counter()
    found = f(*args)
    return {"s": time.perf_counter() - begin, "found": float(found)}


sets = np.load(sys.argv[1])
latents, clean, a, b = (sets[name] for name in ("latents", "clean", "a", "b"))
print(json.dumps({"ac": timed(ac, latents), "ss": timed(ss, latents), "sr": timed(sr, latents, clean), "mmd": timed(mmd, a, b)}))
