"""Writes golden.json: scores of rankings by scikit-learn.

    python3 golden.py > golden.json
"""
import json
import sys

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score, roc_curve

rng = np.random.default_rng(509)


def case(name, scores, malicious):
    scores, malicious = np.asarray(scores, dtype=np.float64), np.asarray(malicious, dtype=bool)
    precision, recall, thresholds = precision_recall_curve(malicious, scores)
    f1 = [f1_score(malicious, scores >= t) for t in thresholds]
    best = max(f1)
    fpr, tpr, _ = roc_curve(malicious, scores, drop_intermediate=False)
    return {
        "name": name,
        "tpr_1": float(tpr[fpr <= 0.01].max()),
        "tpr_10": float(tpr[fpr <= 0.1].max()),
        "scores": scores.tolist(),
        "malicious": malicious.tolist(),
        "auroc": roc_auc_score(malicious, scores),
        "auprc": average_precision_score(malicious, scores),
        "best_f1": best,
        # The highest threshold with that F1.
        "threshold": float(max(t for t, f in zip(thresholds, f1) if f > best - 1e-12)),
    }


def normal(n, m, shift):
    return np.concatenate([rng.normal(size=n), rng.normal(shift, 1, m)]).round(4), [0] * n + [1] * m


json.dump(
    [
        case("apart", [1, 2, 3, 4], [0, 0, 1, 1]),
        case("reversed", [4, 3, 2, 1], [0, 0, 1, 1]),
        case("all tied", [1, 1, 1, 1, 1], [0, 1, 0, 1, 1]),
        case("ties across", [0.1, 0.4, 0.4, 0.4, 0.8, 0.8, 0.9], [0, 0, 1, 1, 0, 1, 1]),
        case("overlap", *normal(30, 20, 1)),
        case("useless", *normal(25, 25, 0)),
        case("rare", *normal(60, 3, 2)),
        case("coarse", np.round(normal(30, 30, 0.8)[0]), [0] * 30 + [1] * 30),
    ],
    sys.stdout,
)
print()
