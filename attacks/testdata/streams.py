"""The streams of internal/rng, from their definition, and the image of the tests."""
import numpy as np

MASK = 2**64 - 1
GENERATE, PERTURB = 6, 7  # the purposes


def mix(z):
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


class Stream:
    def __init__(self, seed, purpose, epoch, index):
        k = mix((seed + 0x9E3779B97F4A7C15) & MASK)
        k = mix(k ^ (purpose * 0xBF58476D1CE4E5B9) & MASK)
        k = mix(k ^ (epoch * 0x94D049BB133111EB) & MASK)
        self.key = mix(k ^ (index * 0xD6E8FEB86659FD93) & MASK)
        self.counter = 0

    def uint64(self):
        self.counter += 1
        return mix((self.key + self.counter * 0x9E3779B97F4A7C15) & MASK)

    def below(self, n):
        while True:
            v = self.uint64()
            if v < MASK - MASK % n:
                return v % n

    def signed(self):
        return -1 + (self.uint64() >> 11) * 2.0**-53 * 2


def image(h, w, c):
    i = np.arange(h * w * c, dtype=np.int64)
    return ((i * i * 9 + 31 * i + (i >> 3)) % 256).reshape(h, w, c)
