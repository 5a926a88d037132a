package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

var same = tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}

// convCase is one shape of convolution.
type convCase struct {
	n, h, w, cin, cout int
	g                  tensor.ConvGeometry
	want               tensor.ConvAlgorithm
}

var convCases = []convCase{
	{2, 5, 6, 3, 8, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Im2col},
	{3, 8, 8, 16, 24, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Im2col},
	{2, 7, 7, 5, 6, tensor.ConvGeometry{Kernel: 5, Stride: 1, Pad: 0}, tensor.Im2col},
	{2, 9, 9, 4, 6, tensor.ConvGeometry{Kernel: 7, Stride: 2, Pad: 3}, tensor.Im2col},
	{2, 8, 8, 20, 12, tensor.ConvGeometry{Kernel: 1, Stride: 2, Pad: 0}, tensor.Im2col},
	{2, 6, 5, 18, 35, tensor.ConvGeometry{Kernel: 1, Stride: 1, Pad: 0}, tensor.Pointwise},
	{5, 2, 2, 16, 33, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Winograd2},
	{3, 1, 1, 20, 16, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Im2col},
	{64, 1, 1, 20, 16, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Dense},
	{3, 1, 2, 20, 16, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Winograd2},
	{3, 4, 4, 33, 17, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Winograd4},
	{2, 7, 10, 16, 40, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Winograd4},
	{9, 16, 16, 64, 48, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, tensor.Winograd4},
	{67, 8, 8, 20, 35, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Dense},
	{65, 5, 3, 3, 6, tensor.ConvGeometry{Kernel: 5, Stride: 2, Pad: 3}, tensor.Dense},
	{64, 1, 1, 7, 33, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 2}, tensor.Dense},
	{40, 7, 5, 35, 35, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 35}, tensor.Depthwise},
	{3, 8, 9, 16, 16, tensor.ConvGeometry{Kernel: 5, Stride: 2, Pad: 2, Groups: 16}, tensor.Depthwise},
	{2, 2, 1, 4, 4, tensor.ConvGeometry{Kernel: 3, Stride: 3, Pad: 2, Groups: 4}, tensor.Depthwise},
	{2, 6, 5, 12, 18, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1, Groups: 3}, tensor.Grouped},
	{2, 5, 5, 32, 32, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 2}, tensor.Grouped},
	{2, 4, 4, 6, 12, tensor.ConvGeometry{Kernel: 1, Stride: 1, Groups: 6}, tensor.Grouped},
}

// winogradCases are the convolutions of VGG-11 and ResNet-18 that Winograd's
// method computes, where its error is largest: with the most channels.
var winogradCases = []convCase{
	{2, 16, 16, 64, 128, same, tensor.Winograd4},
	{2, 8, 8, 128, 256, same, tensor.Winograd4},
	{2, 8, 8, 256, 256, same, tensor.Winograd4},
	{2, 4, 4, 256, 512, same, tensor.Winograd4},
	{2, 4, 4, 512, 512, same, tensor.Winograd4},
	{2, 2, 2, 512, 512, same, tensor.Winograd2},
	{2, 32, 32, 64, 64, same, tensor.Winograd4},
	{2, 16, 16, 128, 128, same, tensor.Winograd4},
}

func (c convCase) String() string {
	return fmt.Sprintf("%d×%d×%d×%d→%d,k%ds%dp%dg%d", c.n, c.h, c.w, c.cin, c.cout, c.g.Kernel, c.g.Stride, c.g.Pad, c.g.Groups)
}

// tensors returns an input, parameters and a gradient of the result.
func (c convCase) tensors() (x *tensor.Tensor, p tensor.Conv, dy *tensor.Tensor) {
	x = random(1, tensor.Shape{c.n, c.h, c.w, c.cin})
	p = tensor.Conv{Geometry: c.g}
	p.Weights = random(2, tensor.Shape{c.g.Kernel, c.g.Kernel, c.g.GroupIn(c.cin), c.cout})
	p.Bias = random(3, tensor.Shape{1, 1, 1, c.cout})
	return x, p, random(4, c.g.Out(x.Shape, c.cout))
}

// like returns memory for the gradients of p.
func like(p tensor.Conv) tensor.Conv {
	d := tensor.Conv{Weights: tensor.New(p.Weights.Shape), Geometry: p.Geometry}
	if p.Bias != nil {
		d.Bias = tensor.New(p.Bias.Shape)
	}
	return d
}

func unbiased(p tensor.Conv) tensor.Conv {
	p.Bias = nil
	return p
}

// direct computes all three passes in float64 by the definition.
func (c convCase) direct(x *tensor.Tensor, p tensor.Conv, dy *tensor.Tensor) (y, dx, dw, db []float64) {
	w, bias, out := p.Weights, p.Bias, dy.Shape
	y, dx = make([]float64, out.Len()), make([]float64, x.Shape.Len())
	dw, db = make([]float64, w.Shape.Len()), make([]float64, c.cout)
	seen, perGroup := c.g.GroupIn(c.cin), c.g.GroupIn(c.cout)
	for n := range out.N() {
		for oy := range out.H() {
			for ox := range out.W() {
				o := ((n*out.H()+oy)*out.W() + ox) * c.cout
				for co := range c.cout {
					y[o+co] = float64(bias.Data[co])
					db[co] += float64(dy.Data[o+co])
				}
				for ky := range c.g.Kernel {
					for kx := range c.g.Kernel {
						iy, ix := oy*c.g.Stride-c.g.Pad+ky, ox*c.g.Stride-c.g.Pad+kx
						if iy < 0 || iy >= c.h || ix < 0 || ix >= c.w {
							continue
						}
						i, f := ((n*c.h+iy)*c.w+ix)*c.cin, (ky*c.g.Kernel+kx)*seen*c.cout
						for ci := range seen {
							for co := range c.cout {
								i := i + co/perGroup*seen
								a, b, d := float64(x.Data[i+ci]), float64(w.Data[f+ci*c.cout+co]), float64(dy.Data[o+co])
								y[o+co] += a * b
								dx[i+ci] += d * b
								dw[f+ci*c.cout+co] += d * a
							}
						}
					}
				}
			}
		}
	}
	return y, dx, dw, db
}

// relativeError is the largest difference over the largest magnitude.
func relativeError(got []float32, want []float64) float64 {
	var diff, scale float64
	for i, w := range want {
		diff = max(diff, math.Abs(float64(got[i])-w))
		scale = max(scale, math.Abs(w))
	}
	return diff / scale
}

// The bound of F(4×4,3×3) in float32, of the largest output.
const winogradError = 5e-5

func TestConvolutionAgainstFloat64(t *testing.T) {
	for _, c := range append(convCases, winogradCases...) {
		t.Run(c.String(), func(t *testing.T) {
			x, p, dy := c.tensors()
			if got := c.g.Algorithm(tensor.ConvForward, x.Shape, c.cout); got != c.want {
				t.Fatalf("algorithm %v, want %v", got, c.want)
			}
			y, dx, dw, db := c.direct(x, p, dy)
			tolerance := 2e-6
			one := c.g
			one.Groups = 1
			group := tensor.Shape{c.n, c.h, c.w, c.g.GroupIn(c.cin)}
			switch one.Algorithm(tensor.ConvForward, group, c.cout/max(1, c.g.Groups)) {
			case tensor.Winograd4, tensor.Winograd2:
				tolerance = winogradError
			}
			gy, gx, d := tensor.New(dy.Shape), tensor.New(x.Shape), like(p)
			tensor.Conv2D(gy, x, p)
			tensor.Conv2DGradInput(gx, dy, p)
			tensor.Conv2DGradWeights(d, x, dy)
			for _, r := range []struct {
				pass string
				got  []float32
				want []float64
			}{{"forward", gy.Data, y}, {"input gradient", gx.Data, dx}, {"weight gradient", d.Weights.Data, dw}, {"bias gradient", d.Bias.Data, db}} {
				e := relativeError(r.got, r.want)
				t.Logf("%s: relative error %.2g", r.pass, e)
				if !(e <= tolerance) {
					t.Errorf("%s: relative error %.2g, want at most %.2g", r.pass, e, tolerance)
				}
			}
			// Without a bias.
			tensor.Conv2D(gy, x, unbiased(p))
			for i := range y {
				y[i] -= float64(p.Bias.Data[i%c.cout])
			}
			if e := relativeError(gy.Data, y); !(e <= tolerance) {
				t.Errorf("without bias: relative error %.2g, want at most %.2g", e, tolerance)
			}
		})
	}
}

func TestConvolutionBitsDependOnShapesAlone(t *testing.T) {
	type result struct {
		y, dx *tensor.Tensor
		d     tensor.Conv
	}
	for _, c := range convCases {
		t.Run(c.String(), func(t *testing.T) {
			x, p, dy := c.tensors()
			var first *result
			eachSetup(t, func(t *testing.T) {
				r := &result{tensor.New(dy.Shape), tensor.New(x.Shape), like(p)}
				tensor.Conv2D(r.y, x, p)
				tensor.Conv2DGradInput(r.dx, dy, p)
				tensor.Conv2DGradWeights(r.d, x, dy)
				if first == nil {
					first = r
					return
				}
				for _, pair := range [][2]*tensor.Tensor{{r.y, first.y}, {r.dx, first.dx}, {r.d.Weights, first.d.Weights}, {r.d.Bias, first.d.Bias}} {
					equal(t, "beside the first setup", pair[0], pair[1])
				}
			})
		})
	}
}

func TestConvolutionAllocatesNothingWhenWarm(t *testing.T) {
	for _, c := range convCases {
		x, p, dy := c.tensors()
		y, dx, d := tensor.New(dy.Shape), tensor.New(x.Shape), like(p)
		step := func() {
			tensor.Conv2D(y, x, p)
			tensor.Conv2DGradInput(dx, dy, p)
			tensor.Conv2DGradWeights(d, x, dy)
		}
		for range 3 {
			step()
		}
		parallel.SetWorkers(1)
		if n := testing.AllocsPerRun(5, step); n != 0 {
			t.Errorf("%v: %v allocations a step, want 0", c, n)
		}
		parallel.SetWorkers(0)
	}
}
