package autograd_test

import (
	"math"

	"sdrm/internal/rng"
	"sdrm/tensor"
)

// The ops once more, in float64, straight from their definitions. Nothing here
// shares code with the ops.

type array struct {
	shape tensor.Shape
	data  []float64
}

func newArray(shape tensor.Shape) array { return array{shape, make([]float64, shape.Len())} }

func arrayOf(x *tensor.Tensor) array {
	a := newArray(x.Shape)
	for i, v := range x.Data {
		a.data[i] = float64(v)
	}
	return a
}

func (a array) at(n, i, j, c int) *float64 {
	return &a.data[((n*a.shape.H()+i)*a.shape.W()+j)*a.shape.C()+c]
}

// each calls f for every index of the shape.
func each(s tensor.Shape, f func(n, i, j, c int)) {
	for n := range s.N() {
		for i := range s.H() {
			for j := range s.W() {
				for c := range s.C() {
					f(n, i, j, c)
				}
			}
		}
	}
}

func referenceConv2D(x, w array, bias []float64, g tensor.ConvGeometry) array {
	y := newArray(tensor.Shape{x.shape.N(),
		(x.shape.H()+2*g.Pad-g.Kernel)/g.Stride + 1, (x.shape.W()+2*g.Pad-g.Kernel)/g.Stride + 1, w.shape.C()})
	each(y.shape, func(n, i, j, o int) {
		sum := 0.0
		if bias != nil {
			sum = bias[o]
		}
		for r := range g.Kernel {
			for s := range g.Kernel {
				h, v := i*g.Stride+r-g.Pad, j*g.Stride+s-g.Pad
				if h < 0 || v < 0 || h >= x.shape.H() || v >= x.shape.W() {
					continue
				}
				first := o / g.GroupIn(w.shape.C()) * g.GroupIn(x.shape.C())
				for c := range g.GroupIn(x.shape.C()) {
					sum += *x.at(n, h, v, first+c) * *w.at(r, s, c, o)
				}
			}
		}
		*y.at(n, i, j, o) = sum
	})
	return y
}

func referenceLinear(x, w array, bias []float64) array {
	in, out := w.shape.N(), w.shape.C()
	y := newArray(tensor.Shape{x.shape.N(), 1, 1, out})
	for n := range x.shape.N() {
		for o := range out {
			if bias != nil {
				y.data[n*out+o] = bias[o]
			}
			for i := range in {
				y.data[n*out+o] += x.data[n*in+i] * w.data[i*out+o]
			}
		}
	}
	return y
}

func referenceBatchNorm(x array, gamma, beta []float64) array {
	y := newArray(x.shape)
	c, rows := x.shape.C(), float64(x.shape.Rows())
	for ch := range c {
		mean, variance := 0.0, 0.0
		for i := ch; i < len(x.data); i += c {
			mean += x.data[i] / rows
		}
		for i := ch; i < len(x.data); i += c {
			variance += (x.data[i] - mean) * (x.data[i] - mean) / rows
		}
		for i := ch; i < len(x.data); i += c {
			y.data[i] = (x.data[i]-mean)/math.Sqrt(variance+1e-5)*gamma[ch] + beta[ch]
		}
	}
	return y
}

func referenceBatchNormFixed(x array, gamma, beta *tensor.Tensor, running tensor.RunningStats) array {
	y := newArray(x.shape)
	for i, v := range x.data {
		c := i % x.shape.C()
		y.data[i] = (v-float64(running.Mean.Data[c]))/math.Sqrt(float64(running.Var.Data[c])+1e-5)*float64(gamma.Data[c]) + float64(beta.Data[c])
	}
	return y
}

func referenceAfterNorm(x array, then tensor.AfterNorm) array {
	switch then {
	case tensor.NormReLU, tensor.NormReLUConv:
		return referenceReLU(x)
	case tensor.NormReLUPool:
		return referencePool(referenceReLU(x), tensor.PoolGeometry{Kernel: 2, Stride: 2}, largest)
	}
	return x
}

func referenceConcat(a, b array) array {
	s := a.shape
	s[3] += b.shape.C()
	y := newArray(s)
	each(s, func(n, i, j, c int) {
		if c < a.shape.C() {
			*y.at(n, i, j, c) = *a.at(n, i, j, c)
		} else {
			*y.at(n, i, j, c) = *b.at(n, i, j, c-a.shape.C())
		}
	})
	return y
}

func referenceSigmoid(x array) array {
	y := newArray(x.shape)
	for i, v := range x.data {
		y.data[i] = 1 / (1 + math.Exp(-v))
	}
	return y
}

func referenceStamp(x, mask, pattern array) array {
	y := newArray(x.shape)
	each(x.shape, func(n, i, j, c int) {
		m := *mask.at(0, i, j, 0)
		*y.at(n, i, j, c) = (1-m)**x.at(n, i, j, c) + m**pattern.at(0, i, j, c)
	})
	return y
}

func referenceSum(x array) array {
	total := 0.0
	for _, v := range x.data {
		total += v
	}
	return scalar(total)
}

func referenceReLU(x array) array {
	y := newArray(x.shape)
	for i, v := range x.data {
		y.data[i] = max(v, 0)
	}
	return y
}

func referenceAdd(a, b array) array {
	y := newArray(a.shape)
	for i := range y.data {
		y.data[i] = a.data[i] + b.data[i]
	}
	return y
}

// referencePool reduces every window with f.
func referencePool(x array, g tensor.PoolGeometry, f func(window []float64) float64) array {
	y := newArray(tensor.Shape{x.shape.N(),
		(x.shape.H()-g.Kernel)/g.Stride + 1, (x.shape.W()-g.Kernel)/g.Stride + 1, x.shape.C()})
	each(y.shape, func(n, i, j, c int) {
		var window []float64
		for r := range g.Kernel {
			for s := range g.Kernel {
				window = append(window, *x.at(n, i*g.Stride+r, j*g.Stride+s, c))
			}
		}
		*y.at(n, i, j, c) = f(window)
	})
	return y
}

func largest(window []float64) float64 {
	top := math.Inf(-1)
	for _, v := range window {
		top = max(top, v)
	}
	return top
}

func mean(window []float64) float64 {
	sum := 0.0
	for _, v := range window {
		sum += v
	}
	return sum / float64(len(window))
}

func referenceGlobalAvgPool(x array) array {
	y := newArray(tensor.Shape{x.shape.N(), 1, 1, x.shape.C()})
	pixels := float64(x.shape.H() * x.shape.W())
	each(x.shape, func(n, i, j, c int) { *y.at(n, 0, 0, c) += *x.at(n, i, j, c) / pixels })
	return y
}

// referenceDropout holds for up to 32768 elements, which share one stream.
func referenceDropout(x array, p float64, seed uint64, step, layer int) array {
	name := rng.New(seed, rng.Dropout, step, layer)
	draw := rng.New(name.Uint64(), rng.Dropout, 0, 0)
	y := newArray(x.shape)
	for i, v := range x.data {
		if float64(draw.Float32()) >= p {
			y.data[i] = v / (1 - p)
		}
	}
	return y
}

func referenceCrossEntropy(logits array, labels []int) array {
	loss, c := 0.0, logits.shape.C()
	for n, label := range labels {
		row := logits.data[n*c : (n+1)*c]
		top, sum := largest(row), 0.0
		for _, v := range row {
			sum += math.Exp(v - top)
		}
		loss += math.Log(sum) - (row[label] - top)
	}
	return scalar(loss / float64(len(labels)))
}

func scalar(v float64) array { return array{tensor.Shape{1, 1, 1, 1}, []float64{v}} }
