"""Writes golden.json: linear algebra of small matrices by NumPy and scikit-learn.

    python3 golden.py > golden.json
"""
import json

import numpy as np
from scipy.linalg import sqrtm
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, FastICA
from sklearn.linear_model import orthogonal_mp
from sklearn.metrics import silhouette_score

rng = np.random.default_rng(20211109)


def oriented(v):
    """Rows with their element of largest magnitude made positive."""
    v = np.atleast_2d(v)
    return v * np.sign(v[np.arange(len(v)), np.abs(v).argmax(axis=1)])[:, None]


def numbers(x):
    return np.asarray(x, dtype=np.float64).round(12).tolist()


def pca_case(name, n, d, k, offset):
    spread = 1 / (1 + np.arange(min(n, d)))
    x = (rng.normal(size=(n, len(spread))) * spread) @ rng.normal(size=(len(spread), d)) + offset
    x = x.astype(np.float32)
    x64 = x.astype(np.float64)
    p = PCA(n_components=k, svd_solver="full").fit(x64)
    centred = x64 - x64.mean(axis=0)
    rest = centred - centred @ p.components_.T @ p.components_
    return {
        "name": name,
        "x": [[float(v) for v in row] for row in x],
        "k": k,
        "components": numbers(oriented(p.components_)),
        "variances": numbers(p.explained_variance_),
        "total": float(centred.var(axis=0, ddof=1).sum()),
        "projected": numbers(centred @ oriented(p.components_).T),
        "residuals": numbers((rest**2).sum(axis=1)),
        "singular": numbers(oriented(np.linalg.svd(centred, full_matrices=False)[2][0])[0]),
    }


def mix(z):
    """The finaliser of SplitMix64."""
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def large_matrix(n, d, amplitudes):
    """Uniform noise and, for each amplitude, an outer product of signs; large() in
    golden_test.go computes the same."""
    numbers = lambda first, count: mix(np.arange(first, first + count, dtype=np.uint64))
    x = (numbers(0, n * d) >> np.uint64(40)).astype(np.float64).reshape(n, d) * 2.0**-23 - 1
    for r, a in enumerate(amplitudes):
        signs = 1 - 2 * (numbers((r + 1) << 32, n + d) & np.uint64(1)).astype(np.float64)
        x += a * np.outer(signs[:n], signs[n:])
    return x.astype(np.float32)


def large_case(name, n, d, k, amplitudes):
    x = large_matrix(n, d, amplitudes).astype(np.float64)
    p = PCA(n_components=k, svd_solver="full").fit(x)
    return {
        "name": name,
        "rows": n,
        "cols": d,
        "k": k,
        "amplitudes": amplitudes,
        "variances": numbers(p.explained_variance_),
        "heads": numbers(oriented(p.components_)[:, :12]),
        "total": float(x.var(axis=0, ddof=1).sum()),
    }


def kmeans_case(name, centres, size, k, noise):
    x = np.concatenate([rng.normal(c, noise, (size + 3 * i, len(c))) for i, c in enumerate(centres)]).astype(np.float32)
    rng.shuffle(x)
    m = KMeans(n_clusters=k, n_init=100, random_state=0, tol=0).fit(x.astype(np.float64))
    return {
        "name": name,
        "x": [[float(v) for v in row] for row in x],
        "k": k,
        "labels": m.labels_.tolist(),
        "inertia": float(m.inertia_),
    }


def floats(x):
    return [[float(v) for v in row] for row in x]


def silhouette_case(name, x, labels):
    x = np.asarray(x, dtype=np.float32)
    return {
        "name": name,
        "x": floats(x),
        "labels": [int(v) for v in labels],
        "mean": float(silhouette_score(x.astype(np.float64), labels)),
    }


def ica_case(name, sources, dims):
    """Sources mixed into dims columns; sklearn's estimate of the sources."""
    x = (sources @ rng.normal(size=(sources.shape[1], dims)) + 3).astype(np.float32)
    k = sources.shape[1]
    ica = FastICA(n_components=k, algorithm="parallel", fun="logcosh", whiten="unit-variance", tol=1e-12, max_iter=5000, random_state=0)
    return {"name": name, "x": floats(x), "k": k, "sources": numbers(ica.fit_transform(x.astype(np.float64)))}


def unit(d):
    return (d / np.linalg.norm(d, axis=1)[:, None]).astype(np.float32)


def omp(d, x, sparsity):
    gamma = orthogonal_mp(d.astype(np.float64).T, x.astype(np.float64).T, n_nonzero_coefs=sparsity)
    return gamma.reshape(len(d), len(x)).T


def omp_case(name, n, d, atoms, sparsity):
    dictionary = unit(rng.normal(size=(atoms, d)))
    truth = np.zeros((n, atoms))
    for row in truth:
        row[rng.choice(atoms, sparsity, replace=False)] = rng.normal(0, 2, sparsity)
    x = (truth @ dictionary + rng.normal(0, 0.1, (n, d))).astype(np.float32)
    gamma = omp(dictionary, x, sparsity)
    # Two rounds of coding and of descent on one atom after the other.
    learned = dictionary.astype(np.float64)
    for _ in range(2):
        codes = omp(learned, x, sparsity)
        for i in range(atoms):
            used = codes[:, i] != 0
            if not used.any():
                continue
            rest = x - codes @ learned + np.outer(codes[:, i], learned[i])
            atom = codes[:, i] @ rest / (codes[:, i] ** 2).sum()
            learned[i] = atom / np.linalg.norm(atom)
    return {
        "name": name,
        "dictionary": floats(dictionary),
        "x": floats(x),
        "sparsity": sparsity,
        "weights": numbers(gamma),
        "residuals": numbers(((x - gamma @ dictionary) ** 2).sum(axis=1)),
        "learned": numbers(learned),
    }


def robust(x, poison, limit):
    """The filter with the full d² × d² covariance of outer products."""
    kept = np.arange(len(x))
    portion = -(-limit // 4)
    while True:
        s = x[kept]
        mean, cov = s.mean(axis=0), np.cov(s.T, bias=True).reshape(x.shape[1], -1)
        if limit == 0:
            break
        y = (s - mean) @ np.real(np.linalg.inv(sqrtm(cov)))
        squares = (y**2).sum(axis=1)
        far = squares >= 10 * x.shape[1] * np.log(len(y) / 0.1)
        if far.any():
            scores = np.where(far, squares, 0)
        else:
            outer = np.einsum("ni,nj->nij", y, y).reshape(len(y), -1)
            values, vectors = np.linalg.eigh(np.cov(outer.T, bias=True))
            if values[-1] <= 1 + 10 * poison * np.log(1 / poison) ** 2:
                break
            form = outer @ vectors[:, -1]
            scores = np.abs(form - np.median(form))
        worst = np.argsort(-scores, kind="stable")[: min(portion, limit)]
        kept = np.delete(kept, worst[scores[worst] > 0])
        limit -= min(portion, limit)
    return mean, cov, kept


def robust_case(name, n, d, bad, shift, poison, limit):
    x = rng.normal(size=(n, d)) @ rng.normal(size=(d, d))
    x[:bad] += shift
    x = x.astype(np.float32)
    mean, cov, kept = robust(x.astype(np.float64), poison, limit)
    return {
        "name": name,
        "x": floats(x),
        "poison": poison,
        "limit": limit,
        "mean": numbers(mean),
        "covariance": numbers(cov),
        "kept": [bool(i in set(kept)) for i in range(n)],
    }


json.dump(
    {
        "pca": [
            pca_case("tall", 40, 9, 4, 0),
            pca_case("wide", 14, 40, 5, 0),
            pca_case("square", 20, 20, 3, 0),
            pca_case("offset", 24, 30, 3, 50),
        ],
        "kmeans": [
            kmeans_case("two apart", [[0, 0, 0], [6, 0, 1]], 20, 2, 0.5),
            kmeans_case("three close", [[0, 0], [2, 0], [0, 2]], 20, 3, 0.7),
            kmeans_case("two in one cloud", [[0, 0, 0, 0]], 40, 2, 1),
        ],
        "silhouette": [
            silhouette_case("apart", rng.normal(size=(20, 3)) + 4 * np.repeat([[0], [1]], 10, axis=0), [0] * 10 + [1] * 10),
            silhouette_case("random", rng.normal(size=(25, 2)), rng.integers(0, 3, 25)),
            silhouette_case("one alone", rng.normal(size=(6, 2)), [0, 1, 1, 1, 1, 1]),
            silhouette_case("equal points", [[1, 1], [1, 1], [1, 1], [2, 2]], [0, 0, 1, 1]),
        ],
        "ica": [
            ica_case("three", np.stack([rng.uniform(-1, 1, 400), rng.laplace(size=400), np.sign(rng.normal(size=400))], 1), 3),
            ica_case("two of five columns", np.stack([rng.exponential(size=300), rng.uniform(size=300)], 1), 5),
        ],
        "omp": [omp_case("three atoms", 12, 15, 20, 3), omp_case("one atom", 9, 6, 8, 1)],
        "robust": [
            robust_case("clean", 80, 3, 0, 0, 0.1, 16),
            robust_case("bundle", 120, 4, 12, 9, 0.1, 24),
            robust_case("one far away", 60, 2, 1, 1e4, 0.05, 6),
            robust_case("no allowance", 40, 3, 6, 5, 0.1, 0),
        ],
        "large": [
            large_case("tall", 1100, 1040, 3, [0.5, 0.25, 0.125]),
            large_case("wide", 1040, 1100, 3, [0.5, 0.25, 0.125]),
            large_case("noise", 1100, 1040, 10, []),
        ],
    },
    fp=__import__("sys").stdout,
)
print()
