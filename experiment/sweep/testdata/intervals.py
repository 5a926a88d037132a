"""Writes intervals.json: means, sample deviations and 95 % t intervals by SciPy.

/usr/bin/python3 intervals.py > intervals.json
"""
import json

import numpy
from scipy import stats

draw = numpy.random.default_rng(1)
cases = []
for n in (1, 2, 3, 5, 10, 40):
    x = draw.normal(0.7, 0.1, n)
    case = {"x": x.tolist(), "mean": float(x.mean())}
    if n > 1:
        case["deviation"] = float(x.std(ddof=1))
        case["low"], case["high"] = map(float, stats.t.interval(0.95, n - 1, loc=x.mean(), scale=stats.sem(x)))
    cases.append(case)
print(json.dumps(cases))
