"""What the comparisons share: calling ours, rounds in turn, one line of ratios."""

import json
import re
import statistics
import subprocess

ROUNDS = 3


def call(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def ours(folder, *words):
    return call([f"{folder}/sdrm", "bench", *words, "--json"])


def wanted(rows, *words):
    """Whether the row of so many words is one that the pattern rows finds."""
    return re.search(rows, " ".join(map(str, words)))


def alternate(*sides):
    """Calls every side in turn, ROUNDS times, and returns a list of results a side."""
    rounds = [[side() for side in sides] for _ in range(ROUNDS)]
    return [list(results) for results in zip(*rounds)]


def ratio(fast, slow):
    """The median of the ratios round by round, as text, with the extremes."""
    ratios = sorted(s / f for f, s in zip(fast, slow))
    return f"{statistics.median(ratios):6.2f}x ({ratios[0]:.2f} to {ratios[-1]:.2f})"


median = statistics.median
