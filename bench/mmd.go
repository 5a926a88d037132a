package bench

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/mmd"
	"sdrm/tensor"
)

// MMD returns the MMD loss of n random latents of d values, in two halves: a run
// computes its value and gradient.
func MMD(n, d int) (run func(), err error) {
	if n < 2 || d < 1 {
		return nil, fmt.Errorf("bench: mmd: n %d, d %d: want at least 2 and 1", n, d)
	}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	var tape autograd.Tape
	latent := autograd.NewParam(uniform(0, tensor.Shape{n, 1, 1, d}))
	return func() {
		tape.Reset(autograd.Training)
		tape.Backward(mmd.Loss(&tape, latent, rows[:n/2], rows[n/2:], mmd.Prototype(), mmd.Biased))
	}, nil
}
