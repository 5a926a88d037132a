"""Writes golden.json: distances between small sets of samples by PyTorch and SciPy.

    python3 golden.py > golden.json

MMD², Energy Distance and their gradients come from PyTorch's autograd in float64
over an n×n×d tensor of differences, as does the squared Sliced Wasserstein
distance as a loss, from sorted projections; the measured Sliced Wasserstein distance solves an assignment
problem for every direction, whose numbers it draws from the project's counters.
The p-values are SciPy's, over all splits of the joint set.
"""
import json
import math
import sys

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, pdist
from scipy.stats import permutation_test

rng = np.random.default_rng(2111_05077)
MASK = (1 << 64) - 1


def mix(z):
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


class Stream:
    """The project's counter generator: a stream named by four numbers."""

    def __init__(self, seed, purpose, epoch, index):
        k = mix((seed + 0x9E3779B97F4A7C15) & MASK)
        k = mix(k ^ (purpose * 0xBF58476D1CE4E5B9) & MASK)
        k = mix(k ^ (epoch * 0x94D049BB133111EB) & MASK)
        self.key = mix(k ^ (index * 0xD6E8FEB86659FD93) & MASK)
        self.counter = 0

    def bits(self):
        self.counter += 1
        return mix((self.key + self.counter * 0x9E3779B97F4A7C15) & MASK)

    def uniform(self):
        return (self.bits() >> 11) * 2.0**-53

    def normal(self):
        u = 1 - self.uniform()
        return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * self.uniform())


MEASURE = 9  # the purpose of measures
REGULARISE = 11  # that of terms of the loss


def mmd(a, b, multiples, biased):
    x = torch.tensor(np.concatenate([a, b]).astype(np.float64), requires_grad=True)
    d = ((x[:, None, :] - x[None, :, :]) ** 2).sum(2)
    n, m = len(x), len(a)
    base = d.detach().sum() / (n * n - n)
    k = sum(torch.exp(-d / (base * f)) for f in multiples)
    aa, bb, ab = k[:m, :m], k[m:, m:], k[:m, m:]
    if biased:
        loss = aa.mean() + bb.mean() - 2 * ab.mean()
    else:
        inside = lambda s: (s.sum() - s.diagonal().sum()) / (len(s) * (len(s) - 1))
        loss = inside(aa) + inside(bb) - 2 * ab.mean()
    loss.backward()
    return loss.item(), x.grad.numpy()


def energy_loss(a, b, biased):
    x = torch.tensor(np.concatenate([a, b]).astype(np.float64), requires_grad=True)
    n, m = len(a), len(b)
    d = (x[:, None, :] - x[None, :, :]).norm(dim=2)  # whose gradient at 0 is 0
    less = 0 if biased else 1
    loss = 2 * d[:n, n:].mean() - d[:n, :n].sum() / (n * (n - less)) - d[n:, n:].sum() / (m * (m - less))
    loss.backward()
    return loss.item(), x.grad.numpy()


def sliced_loss(a, b, projections, seed, step):
    x = torch.tensor(np.concatenate([a, b]).astype(np.float64), requires_grad=True)
    n, size = len(a), math.lcm(len(a), len(b))
    costs = []
    for i in range(projections):
        s = Stream(seed, REGULARISE, step, i)
        u = torch.tensor([s.normal() for _ in range(a.shape[1])], dtype=torch.float64)
        p = x @ (u / u.norm())
        quantiles = lambda v: v.sort().values.repeat_interleave(size // len(v))
        costs.append(((quantiles(p[:n]) - quantiles(p[n:])) ** 2).mean())
    loss = torch.stack(costs).mean()
    loss.backward()
    return loss.item(), x.grad.numpy()


def energy(a, b):
    return 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()


def sliced(a, b, projections, seed):
    costs = []
    for i in range(projections):
        s = Stream(seed, MEASURE, 0, i)
        u = np.array([s.normal() for _ in range(a.shape[1])])
        u /= np.linalg.norm(u)
        # Repeat the samples until both sets have the same size.
        size = math.lcm(len(a), len(b))
        p = np.repeat(a @ u, size // len(a))
        q = np.repeat(b @ u, size // len(b))
        cost = (p[:, None] - q[None, :]) ** 2
        costs.append(cost[linear_sum_assignment(cost)].mean())
    return costs


def base(a, b, rule):
    d = pdist(np.concatenate([a, b]), "sqeuclidean")
    return d.mean() if rule == "mean" else np.median(d)


def multikernel(a, b, bandwidths):
    k = lambda x, y: sum(np.exp(-cdist(x, y, "sqeuclidean") / w) for w in bandwidths).mean()
    return k(a, a) + k(b, b) - 2 * k(a, b)


def fnv(row):
    """FNV-1a over the bits of the float32 values."""
    h = 14695981039346656037
    for v in (row.astype(np.float32) + np.float32(0)).view(np.uint32):
        h = (h ^ int(v)) * 1099511628211 & MASK
    return h


def shuffled(x, number):
    """The rows in the order of what is drawn for each; of equal ones each draws apart."""
    seen = {}

    def draw(row):
        before = seen[row.tobytes()] = seen.get(row.tobytes(), -1) + 1
        return Stream(fnv(row), MEASURE, 3 + number, before).bits()

    return np.array(sorted(x, key=draw)).astype(np.float64)


def linear(a, b, bandwidths):
    a, b = shuffled(a, 0), shuffled(b, 1)
    k = lambda x, y: sum(np.exp(-((x - y) ** 2).sum() / w) for w in bandwidths)
    n = min(len(a), len(b)) // 2
    return sum(
        k(a[2 * i], a[2 * i + 1]) + k(b[2 * i], b[2 * i + 1]) - k(a[2 * i], b[2 * i + 1]) - k(a[2 * i + 1], b[2 * i])
        for i in range(n)
    ) / n


def exact_p(a, b, statistic):
    """Over all splits. SciPy hands over indices, so that rows stay together."""
    x = np.concatenate([a, b])
    return float(
        permutation_test(
            (np.arange(len(a)), np.arange(len(a), len(x))),
            lambda i, j: statistic(x[i], x[j]),
            alternative="greater",
            n_resamples=np.inf,
            vectorized=False,
        ).pvalue
    )


def case(name, a, b):
    a, b = a.astype(np.float32), b.astype(np.float32)
    prototype = [0.25, 0.5, 1, 2, 4]
    biased, gradient = mmd(a, b, prototype, True)
    unbiased, unbiased_gradient = mmd(a, b, prototype, False)
    single, _ = mmd(a, b, [1], True)
    energy_biased, energy_gradient = energy_loss(a, b, True)
    energy_unbiased, energy_unbiased_gradient = energy_loss(a, b, False)
    sliced_squared, sliced_gradient = sliced_loss(a, b, 9, 7, 3)
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    rows = lambda x: [[float(v) for v in row] for row in x]
    return {
        "name": name,
        "a": rows(a),
        "b": rows(b),
        "biased": biased,
        "biased_gradient": rows(gradient),
        "unbiased": unbiased,
        "unbiased_gradient": rows(unbiased_gradient),
        "energy_biased": energy_biased,
        "energy_gradient": rows(energy_gradient),
        "energy_unbiased": energy_unbiased,
        "energy_unbiased_gradient": rows(energy_unbiased_gradient),
        "sliced_squared": sliced_squared,
        "sliced_gradient": rows(sliced_gradient),
        "single": single,
        "energy": energy(a64, b64),
        "sliced": math.sqrt(np.mean(sliced(a64, b64, 70, 7))),
        "max_sliced": math.sqrt(max(sliced(a64, b64, 70, 7))),
        "median": multikernel(a64, b64, [2 * base(a64, b64, "median")]),
        "given": multikernel(a64, b64, [2 * 1.5**2]),
        "linear": linear(a, b, [base(a64, b64, "mean") * f for f in prototype]),
    }


def significance(name, a, b):
    a, b = a.astype(np.float32).astype(np.float64), b.astype(np.float32).astype(np.float64)
    bandwidths = [base(a, b, "mean") * f for f in [0.25, 0.5, 1, 2, 4]]
    costs = lambda x, y: sliced(x, y, 6, 7)
    return {
        "name": name,
        "a": a.tolist(),
        "b": b.tolist(),
        "p_squared": exact_p(a, b, lambda x, y: multikernel(x, y, bandwidths)),
        "p_energy": exact_p(a, b, energy),
        "p_sliced": exact_p(a, b, lambda x, y: np.mean(costs(x, y))),
        "p_max_sliced": exact_p(a, b, lambda x, y: max(costs(x, y))),
    }


def relu(x):
    return np.maximum(x, 0)


centre = rng.normal(size=(1, 21))
json.dump(
    {
        "cases": [
            case("shifted", rng.normal(size=(6, 13)), rng.normal(0.7, 1.5, (9, 13))),
            case("one each", rng.normal(size=(2, 5)), rng.normal(size=(3, 5))),
            case("latents", relu(rng.normal(size=(8, 40))), relu(rng.normal(0.3, 1, (5, 40)))),
            case("offset", 100 + rng.normal(size=(5, 11)), 100.5 + rng.normal(size=(5, 11))),
            case("near pairs", 3 * centre + 1e-3 * rng.normal(size=(4, 21)), -3 * centre + 1e-3 * rng.normal(size=(4, 21))),
            case("one column", rng.normal(size=(4, 1)), rng.normal(1, 2, (6, 1))),
        ],
        "significance": [
            significance("shifted", rng.normal(size=(5, 3)), rng.normal(1.2, 1, (5, 3))),
            significance("equal", rng.normal(size=(4, 6)), rng.normal(size=(5, 6))),
        ],
    },
    sys.stdout,
)
print()
