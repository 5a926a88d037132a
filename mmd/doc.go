// Package mmd measures how far apart two sets of latents are: the multi-kernel
// MMD², the Energy Distance and the Sliced Wasserstein distance. Each is
// also a loss on the tape, the MMD² that of SDRM: see Regularisers.
//
// The measures and the loss share one matrix of squared distances, from one
// product of the centred samples with themselves. Sums over pairs are kept in
// fixed point, so that they do not depend on the order of the samples and two
// identical sets are at a distance of exactly 0.
package mmd
