"""Writes latents.json: what detectors compute, by NumPy, SciPy and scikit-learn.

    python3 latents.py > latents.json
"""
import json
import sys

import numpy as np
from scipy.linalg import expm, sqrtm
from scipy.spatial.distance import cdist, pdist
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

rng = np.random.default_rng(1811_03728)


def scan(sizes, k):
    """Covariances by expectation maximisation; the gain of a given split."""
    classes = [rng.normal(rng.normal(0, 2, k), 1, (n, k)) for n in sizes]
    n = sum(sizes)
    means = [c.mean(axis=0) for c in classes]
    expected = means
    between = within = None
    for _ in range(101):
        stacked = np.repeat(expected, sizes, axis=0)
        new_between = np.cov(stacked.T, bias=True)
        rest = np.concatenate(classes) - stacked
        new_within = rest.T @ rest / n
        moved = np.inf if between is None else np.linalg.norm(new_between - between) + np.linalg.norm(new_within - within)
        between, within = new_between, new_within
        if moved <= 1e-5 * (np.linalg.norm(between) + np.linalg.norm(within)):
            break
        expected = [m * between @ np.linalg.inv(m * between + within) @ x for m, x in zip(sizes, means)]
    x = np.concatenate([classes[0], rng.normal(3, 1, (7, k))])
    labels = np.array([0] * sizes[0] + [1] * 7)
    f = np.linalg.inv(within)
    one = len(x) * between @ np.linalg.inv(len(x) * between + within) @ x.mean(axis=0)
    two = np.array([x[labels == g].mean(axis=0) for g in (0, 1)])[labels]
    gain = np.einsum("ni,ij,nj->n", x - one, f, x - one) - np.einsum("ni,ij,nj->n", x - two, f, x - two)
    return {
        "classes": [c.tolist() for c in classes],
        "inspected": x.tolist(),
        "labels": labels.tolist(),
        "explained": float(gain.mean()),
    }


def quantum(n, bad, k):
    x = rng.normal(size=(n, k)) @ rng.normal(size=(k, k))
    x[:bad] += 4
    x = x.astype(np.float32)
    keep = np.arange(n) >= bad
    kept = x[keep].astype(np.float64)
    white = (x - kept.mean(axis=0)) @ np.real(np.linalg.inv(sqrtm(np.cov(kept.T, bias=True))))
    sigma = np.cov(white.T, bias=True)
    m = expm(4 * (sigma - np.eye(k)) / (np.linalg.norm(sigma, 2) - 1))
    m /= np.trace(m)
    return {
        "x": [[float(v) for v in row] for row in x],
        "keep": keep.tolist(),
        "scores": np.einsum("ni,ij,nj->n", white, m, white).tolist(),
    }


def beatrix(n, inspected, channels, pixels):
    draw = lambda count, shift: np.maximum(rng.normal(shift, 1, (count, pixels, channels)), 0).astype(np.float32)
    clean, x = draw(n, 0.3), np.concatenate([draw(inspected, 0.3), draw(inspected, 1.5)])
    x[0] = -x[0]  # odd powers are negative

    def features(v):
        v = v.astype(np.float64)
        upper = np.triu_indices(channels)
        out = []
        for p in range(1, 5):
            g = np.einsum("npc,npd->ncd", v**p, v**p)[:, upper[0], upper[1]]
            out.append(np.sign(g) * np.abs(g) ** (1 / p))
        return np.concatenate(out, axis=1)

    f = features(clean)
    median = np.median(f, axis=0)
    mad = np.median(np.abs(f - median), axis=0)
    low, top = median - 10 * mad, median + 10 * mad
    floor = 1e-6 * max(np.abs(low).max(), np.abs(top).max())
    g = features(x)
    dev = np.maximum(low - g, 0) / (np.abs(low) + floor) + np.maximum(g - top, 0) / (np.abs(top) + floor)
    rows = lambda v: [[float(u) for u in row] for row in v.reshape(len(v), -1)]
    return {"channels": channels, "clean": rows(clean), "x": rows(x), "deviations": dev.mean(axis=1).tolist()}


def conformal(clean, percent):
    """The lowest of the scores that leaves at most so many percent of new ones above
    it, the new one counted among them; null if none does."""
    n = len(clean) + 1
    good = [float(t) for t in sorted(clean) if 100 * (1 + sum(c > t for c in clean)) <= percent * n]
    return good[0] if good else None


def paper(benign, malicious, clean, d, shift):
    """The three detectors of the paper and the witness of the two-sample test."""
    spread = 3 / (1 + np.arange(d))
    draw = lambda n: ((rng.normal(size=(n, d)) * spread) @ mixing + 2).astype(np.float32)
    mixing = np.linalg.qr(rng.normal(size=(d, d)))[0]
    x, held = draw(benign + malicious), draw(clean)
    x[benign:] += np.float32(shift) * np.sign(mixing[1]).astype(np.float32)
    x64, held64 = x.astype(np.float64), held.astype(np.float64)

    labels = KMeans(2, n_init=50, random_state=0, tol=0).fit_predict(PCA(10, svd_solver="full").fit_transform(x64))
    smaller = labels == (np.bincount(labels).argmin())
    centred = x64 - x64.mean(axis=0)
    top = np.linalg.svd(centred, full_matrices=False)[2][0]

    held64 = held64[np.lexsort(held64.T[::-1])]
    fit, rest = held64[::2], held64[1::2]
    p = PCA(svd_solver="full").fit(fit)
    k = int((np.cumsum(p.explained_variance_ratio_) < 0.95).sum()) + 1
    u = p.components_[:k]
    residuals = lambda z: (((z - p.mean_) - (z - p.mean_) @ u.T @ u) ** 2).sum(axis=1)

    joint = np.concatenate([x64, held64])
    kernel = np.exp(-cdist(joint, joint, "sqeuclidean") / (2 * np.median(pdist(joint, "sqeuclidean"))))
    n, m = len(x), len(held)
    witness = (kernel[:n, :n].sum(axis=1) - 1) / (n - 1) - kernel[:n, n:].sum(axis=1) / m
    rows = lambda v: [[float(a) for a in row] for row in v]
    return {
        "x": rows(x),
        "clean": rows(held),
        "smaller": smaller.tolist(),
        "flagged": bool(smaller.mean() < 0.35),
        "squared": ((centred @ top) ** 2).tolist(),
        "components": k,
        "residuals": residuals(x64).tolist(),
        "threshold": conformal(residuals(rest), 5),
        "witness": witness.tolist(),
    }


json.dump(
    {
        "scan": [scan([20, 30, 15, 25], 3), scan([9, 9, 9], 2)],
        "quantum": [quantum(60, 9, 4), quantum(40, 5, 2)],
        "beatrix": [beatrix(11, 4, 3, 4), beatrix(8, 3, 5, 1)],
        "paper": [paper(40, 10, 24, 15, 3), paper(27, 23, 40, 12, 4), paper(9, 4, 16, 30, 2), paper(22, 8, 90, 11, 4)],
    },
    sys.stdout,
)
print()
