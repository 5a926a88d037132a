"""Detectors and the permutation test beside NumPy and scikit-learn, on the same latents.
Called by bench/peers/run, which prepares the folder. Sizes other than the default come
behind: samples, values of a sample, samples of either set of the test."""

import os
import sys

import numpy as np

from alternate import ROUNDS, alternate, call, median, ratio

folder, threads = sys.argv[1], sys.argv[2]
n, d, pairs = map(int, sys.argv[3:] or (10000, 8192, 2000))
CLEAN = 500
WORKS = {
    "ac": f"Activation Clustering, {n}x{d}",
    "ss": f"Spectral Signatures, {n}x{d}",
    "sr": f"Subspace Reconstruction, {n}x{d}",
    "mmd": f"MMD, 1000 permutations, {pairs}+{pairs}x{d}",
}

rng = np.random.default_rng(509)


def draw(rows, shift):
    return rng.standard_normal((rows, d), np.float32) + np.float32(shift)


path = f"{folder}/latents.npz"
latents = draw(n, 0)
latents[9::10] += np.float32(0.5)  # the tenth that bears the trigger
np.savez(path, latents=latents, clean=draw(CLEAN, 0), a=draw(pairs, 0), b=draw(pairs, 0.02))
del latents

os.environ.update(OPENBLAS_NUM_THREADS=threads, OMP_NUM_THREADS=threads)
mine, theirs = alternate(
    lambda: call([f"{folder}/detectors", path, threads]),
    lambda: call([sys.executable, "bench/peers/detectors.py", path]))
print(f"Detectors, {threads} threads, seconds; medians of {ROUNDS} alternating rounds. Found: samples flagged, or the MMD²")
print(f"{'work':42}{'sdrm':>8}{'NumPy':>8}  {'ratio':22}{'found':>9}{'NumPy':>9}")


def line(label, fast, slow, found=""):
    print(f"{label:42}{median(fast):8.2f}{median(slow):8.2f}  {ratio(fast, slow):22}{found}")


for work, label in WORKS.items():
    line(label, *([r[work]["s"] for r in side] for side in (mine, theirs)),
         f"{mine[0][work]['found']:9.5g}{theirs[0][work]['found']:9.5g}")
line("the three detectors together", *([sum(r[w]["s"] for w in ("ac", "ss", "sr")) for r in side] for side in (mine, theirs)))
