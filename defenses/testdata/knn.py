"""Writes knn.json: distances to the fifth nearest neighbour by scikit-learn.

    python3 knn.py > knn.json
"""
import json
import sys

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

rng = np.random.default_rng(2204_06507)
cases = []
for n, bank, width, k in ((7, 12, 6, 5), (4, 3, 40, 3), (5, 30, 2, 5)):
    x = rng.normal(size=(n, width)).astype(np.float32)
    near = rng.normal(0.3, 1, size=(bank, width)).astype(np.float32)
    found = NearestNeighbors(n_neighbors=k).fit(normalize(near.astype(float)))
    distances, _ = found.kneighbors(normalize(x.astype(float)))
    cases.append({"x": x.tolist(), "bank": near.tolist(), "distances": distances[:, -1].tolist()})
json.dump(cases, sys.stdout)
