"""Prints the GFLOP/s of one peer's product: gemm.py OpenBLAS|BLIS|oneDNN N THREADS."""

import ctypes
import statistics
import sys
import time

import numpy

LIBRARIES = {
    "OpenBLAS": "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
    "BLIS": "/usr/lib/x86_64-linux-gnu/blis-pthread/libblis.so.4",
}
ROW_MAJOR, NO_TRANS = 101, 111


def blas(path, n):
    sgemm = ctypes.CDLL(path).cblas_sgemm
    a, b, c = (numpy.random.rand(n, n).astype(numpy.float32) for _ in range(3))
    pa, pb, pc = (x.ctypes.data_as(ctypes.c_void_p) for x in (a, b, c))
    one, zero = ctypes.c_float(1), ctypes.c_float(0)

    def multiply():
        sgemm(ROW_MAJOR, NO_TRANS, NO_TRANS, n, n, n, one, pa, n, pb, n, zero, pc, n)
        return a, b, c  # kept alive

    return multiply


def onednn(n, threads):
    import torch

    torch.set_num_threads(threads)
    # torch.mm would go to whatever BLAS is installed; a linear layer on oneDNN's own tensors does not.
    x, w = torch.rand(n, n).to_mkldnn(), torch.rand(n, n).to_mkldnn()
    return lambda: torch._C._nn.mkldnn_linear(x, w)


name, n, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
multiply = onednn(n, threads) if name == "oneDNN" else blas(LIBRARIES[name], n)
multiply()
seconds, start = [], time.perf_counter()
while len(seconds) < 9 or time.perf_counter() - start < 0.5:
    begin = time.perf_counter()
    multiply()
    seconds.append(time.perf_counter() - begin)
print(2 * n**3 / statistics.median(seconds) / 1e9)
