package tensor

import (
	"fmt"

	"sdrm/internal/parallel"
)

// stampPixels is the number of pixels that one task works on, of all samples.
const stampPixels = 64

type stampArgs struct {
	y, x, mask, pattern *Tensor
	dx, dmask, dpattern *Tensor // any may be nil
	dy                  *Tensor
}

var stampLoop = parallel.NewLoop(func(a *stampArgs, i int) {
	c, size := a.x.Shape.C(), a.x.Shape.SampleLen()
	lo, hi := chunk(i, stampPixels, a.x.Shape.H()*a.x.Shape.W())
	for p := lo; p < hi; p++ {
		m := a.mask.Data[p]
		for j := p * c; j < (p+1)*c; j++ {
			v := a.pattern.Data[j]
			for k := j; k < len(a.x.Data); k += size {
				a.y.Data[k] = a.x.Data[k] + float32(m*(v-a.x.Data[k]))
			}
		}
	}
})

// Stamp sets y = (1−m)·x + m·p for every sample: x is N×H×W×C, the mask m
// 1×H×W×1 and the pattern p 1×H×W×C. y may be x.
func Stamp(y, x, mask, pattern *Tensor) {
	checkStamp("Stamp", x.Shape, mask, pattern)
	checkAlike("Stamp", x, y)
	stampLoop.Run(ceilDiv(x.Shape.H()*x.Shape.W(), stampPixels), stampArgs{y: y, x: x, mask: mask, pattern: pattern})
}

var stampGradLoop = parallel.NewLoop(func(a *stampArgs, i int) {
	c, size := a.x.Shape.C(), a.x.Shape.SampleLen()
	lo, hi := chunk(i, stampPixels, a.x.Shape.H()*a.x.Shape.W())
	for p := lo; p < hi; p++ {
		m, toMask := a.mask.Data[p], 0.0
		for j := p * c; j < (p+1)*c; j++ {
			v, toPattern := a.pattern.Data[j], 0.0
			for k := j; k < len(a.x.Data); k += size {
				dy := a.dy.Data[k]
				toPattern += float64(dy)
				toMask += float64(float64(dy) * float64(v-a.x.Data[k]))
				if a.dx != nil {
					a.dx.Data[k] = dy * (1 - m)
				}
			}
			if a.dpattern != nil {
				a.dpattern.Data[j] = float32(toPattern * float64(m))
			}
		}
		if a.dmask != nil {
			a.dmask.Data[p] = float32(toMask)
		}
	}
})

// StampGrad computes the gradients of Stamp from that of its result, dy:
//
//	dx = dy·(1−m),  dp = Σ dy·m,  dm = Σ dy·(p−x)
//
// with sums over samples, for dm over channels too, in float64. dx, dmask and
// dpattern may be nil; none may be dy.
func StampGrad(dx, dmask, dpattern, dy, x, mask, pattern *Tensor) {
	checkStamp("StampGrad", x.Shape, mask, pattern)
	checkAlike("StampGrad", x, dy)
	stampGradLoop.Run(ceilDiv(x.Shape.H()*x.Shape.W(), stampPixels),
		stampArgs{dx: dx, dmask: dmask, dpattern: dpattern, dy: dy, x: x, mask: mask, pattern: pattern})
}

func checkStamp(fn string, x Shape, mask, pattern *Tensor) {
	if want := (Shape{1, x.H(), x.W(), 1}); mask.Shape != want {
		panic(fmt.Sprintf("tensor: %s: mask has shape %v, want %v", fn, mask.Shape, want))
	}
	if want := (Shape{1, x.H(), x.W(), x.C()}); pattern.Shape != want {
		panic(fmt.Sprintf("tensor: %s: pattern has shape %v, want %v", fn, pattern.Shape, want))
	}
}
