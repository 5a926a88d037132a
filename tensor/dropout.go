package tensor

import (
	"fmt"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
)

type dropoutArgs struct {
	y, x  []float32
	p     float32
	scale float32
	seed  uint64
}

var dropoutLoop = parallel.NewLoop(func(a *dropoutArgs, i int) {
	lo, hi := chunk(i, elementChunk, len(a.y))
	draw := rng.New(a.seed, rng.Dropout, 0, i)
	y := a.y[lo:hi]
	for j, v := range a.x[lo:hi] {
		if draw.Float32() < a.p {
			y[j] = 0
		} else {
			y[j] = v * a.scale
		}
	}
})

// Dropout sets each element to 0 with probability p and multiplies the others
// by 1/(1−p) (Srivastava et al., JMLR 2014, in the inverted form). The draws
// depend on seed and the element's place alone, so the same call on dy is the
// gradient. p is in [0, 1); y may be x. It is for AlexNet, VGG as its paper has it and
// Wide-ResNet; no registered model uses it.
func Dropout(y, x *Tensor, p float32, seed uint64) {
	checkAlike("Dropout", y, x)
	if !(p >= 0 && p < 1) {
		panic(fmt.Sprintf("tensor: Dropout: probability %v is not in [0, 1)", p))
	}
	dropoutLoop.Run(ceilDiv(len(y.Data), elementChunk), dropoutArgs{y.Data, x.Data, p, 1 / (1 - p), seed})
}
