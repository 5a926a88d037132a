"""Writes chance.json: what the best case of useless options reaches, by NumPy.

    python3 chance.py > chance.json
"""
import json
import sys

import numpy as np

rng = np.random.default_rng(674)
DRAWS = 40_000


def auroc_of(scores, malicious):
    """Of ties half."""
    inside, outside = scores[malicious], scores[~malicious]
    above = (inside[:, None] > outside[None, :]).sum() + (inside[:, None] == outside[None, :]).sum() / 2
    return above / (len(inside) * len(outside))


def best_of(scores, malicious):
    """The highest F1 of any threshold that keeps ties together."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(malicious[order])
    k = np.arange(1, len(scores) + 1)
    ends = np.append(np.diff(scores[order]) != 0, True)
    return (2 * hits / (k + malicious.sum()))[ends].max()


def case(name, n, positives, options, flags):
    truth = np.arange(n) < positives
    f1 = np.empty(DRAWS)
    auroc = np.empty(DRAWS)  # of the option with that F1, the first of equals
    fixed = np.empty(DRAWS)
    for draw in range(DRAWS):
        malicious = rng.permutation(truth)
        fixed[draw] = 2 * (flags & malicious).sum() / (flags.sum() + positives)
        best = [fixed[draw]] + [best_of(o, malicious) for o in options]
        f1[draw] = max(best + [2 * positives / (n + positives)])
        top = int(np.argmax(best))
        auroc[draw] = auroc_of(options[top - 1], malicious) if top else 0.5
    return {
        "name": name,
        "positives": positives,
        "options": [o.tolist() for o in options],
        "flags": flags.tolist(),
        "mean": f1.mean(),
        "high": float(np.quantile(f1, 0.95)),
        "auroc_mean": auroc.mean(),
        "auroc_high": float(np.quantile(auroc, 0.95)),
        "flagged_high": float(np.quantile(fixed, 0.95)),
    }


def scores(n):
    return rng.normal(size=n).round(3)


p = scores(120)
json.dump(
    [
        case("one of two", 2, 1, [np.array([1.0, 2.0])], np.array([False, True])),
        case("signed and squared", 120, 60, [(p**2).round(3), p, -p], p > 0.5),
        case("ties", 60, 20, [np.round(scores(60))], scores(60) > 0),
        case("rare", 100, 5, [scores(100)], scores(100) > 1),
    ],
    sys.stdout,
)
print()
