"""Writes kmeans.json: 2-means of a whitened mixture by scikit-learn.

    python3 kmeans.py > kmeans.json

Two groups differ along one of five directions, all of variance 1, as whitened
components have: many starts of k-means end elsewhere.
"""
import json
import sys

import numpy as np
from sklearn.cluster import KMeans

rng = np.random.default_rng(40)
n = 200
x = rng.normal(size=(n, 5))
x[: n // 2, 0] += 8
x = ((x - x.mean(axis=0)) / x.std(axis=0)).round(3)
shown, x = x, x.astype(np.float32).astype(np.float64)
inertias = [KMeans(2, n_init=10, random_state=seed).fit(x).inertia_ for seed in range(40)]
best = KMeans(2, n_init=200, random_state=0).fit(x)
same = np.isclose(inertias, best.inertia_, rtol=1e-9).sum()
single = [KMeans(2, n_init=1, random_state=seed).fit(x).inertia_ for seed in range(100)]
print(f"ten starts: {same} of 40 seeds, one start: {np.isclose(single, best.inertia_, rtol=1e-9).sum()} of 100", file=sys.stderr)
json.dump({"x": shown.tolist(), "labels": best.labels_.tolist(), "inertia": best.inertia_}, sys.stdout)
print()
