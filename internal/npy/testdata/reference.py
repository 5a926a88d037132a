"""Writes the reference files, with NumPy:

    python3 reference.py
"""

import numpy

matrix = (numpy.arange(6, dtype="<f4") / 4 - 0.5).reshape(2, 3)
edges = numpy.array([0.0, -0.0, 1e-45, numpy.inf, -numpy.inf, 3.4028235e38, numpy.nan], "<f4")
numpy.save("matrix.npy", matrix)
numpy.save("edges.npy", edges)
numpy.save("scalar.npy", numpy.array(2.5, "<f4"))
numpy.save("empty.npy", numpy.zeros((0, 7), "<f4"))
numpy.save("double.npy", matrix.astype("<f8"))
numpy.save("fortran.npy", numpy.asfortranarray(matrix))
numpy.savez("stored.npz", matrix=matrix, edges=edges)
numpy.savez_compressed("deflated.npz", matrix=matrix, zeros=numpy.zeros((300, 100), "<f4"))
