package tensor

import "sdrm/internal/parallel"

// Normalise sets y = (x - mean[c]) / deviation[c] for each channel c, both steps
// rounded, as torchvision's Normalize does it; y may be x.
func Normalise(y, x *Tensor, mean, deviation []float32) {
	runNormalise("Normalise", normaliseArgs{y, x, mean, deviation})
}

// NormaliseGrad sets dx = dy / deviation[c]; dx may be dy.
func NormaliseGrad(dx, dy *Tensor, deviation []float32) {
	runNormalise("NormaliseGrad", normaliseArgs{dx, dy, nil, deviation})
}

func runNormalise(fn string, a normaliseArgs) {
	checkAlike(fn, a.y, a.x)
	if c := a.x.Shape.C(); a.mean != nil && len(a.mean) != c || len(a.deviation) != c {
		panic("tensor: " + fn + ": not one number a channel")
	}
	normaliseLoop.Run(ceilDiv(a.x.Shape.Rows(), channelRows), a)
}

// channelRows is how many pixels a task of normaliseLoop works on.
const channelRows = 4096

type normaliseArgs struct {
	y, x            *Tensor
	mean, deviation []float32 // without a mean, it is 0
}

var normaliseLoop = parallel.NewLoop(func(a *normaliseArgs, i int) {
	channels := len(a.deviation)
	lo, hi := chunk(i, channelRows, a.x.Shape.Rows())
	for start := lo * channels; start < hi*channels; start += channels {
		y, x := a.y.Data[start:][:channels], a.x.Data[start:][:channels]
		for c, v := range x {
			if a.mean != nil {
				v -= a.mean[c]
			}
			y[c] = v / a.deviation[c]
		}
	}
})
