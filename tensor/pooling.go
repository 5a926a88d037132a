package tensor

import (
	"fmt"

	"sdrm/asm"
)

// PoolGeometry is a square pooling window and its step. There is no padding; a
// rest of rows or columns that fits no window is ignored.
type PoolGeometry struct{ Kernel, Stride int }

// Out returns the shape that pooling x gives.
func (g PoolGeometry) Out(x Shape) Shape {
	if g.Kernel < 1 || g.Stride < 1 || x.H() < g.Kernel || x.W() < g.Kernel {
		panic(fmt.Sprintf("tensor: PoolGeometry: window %d with stride %d does not fit shape %v", g.Kernel, g.Stride, x))
	}
	return Shape{x.N(), (x.H()-g.Kernel)/g.Stride + 1, (x.W()-g.Kernel)/g.Stride + 1, x.C()}
}

// halving is the geometry with kernels of its own.
var halving = PoolGeometry{Kernel: 2, Stride: 2}

// Halves tells whether the windows are 2×2 with stride 2.
func (g PoolGeometry) Halves() bool { return g == halving }

type poolArgs struct {
	kernels *asm.Kernels
	y, x    *Tensor
	g       PoolGeometry
}

// combine sets sample n of y to the elements of each window, combined pixel by
// pixel.
func (a *poolArgs) combine(n int, kernel func(dst, x, y []float32)) {
	p, y := a.x.plane(n, a.g), a.y.Sample(n)
	for i := range a.y.Shape.H() {
		for j := range a.y.Shape.W() {
			dst := y[:p.c]
			y = y[p.c:]
			copy(dst, p.tap(i, j, 0, 0))
			for k := 1; k < a.g.Kernel*a.g.Kernel; k++ {
				kernel(dst, dst, p.tap(i, j, k/a.g.Kernel, k%a.g.Kernel))
			}
		}
	}
}

// A plane is one sample of a pooling's input with the geometry laid over it.
type plane struct {
	data     []float32
	width, c int
	g        PoolGeometry
}

func (t *Tensor) plane(sample int, g PoolGeometry) plane {
	return plane{t.Sample(sample), t.Shape.W(), t.Shape.C(), g}
}

// tap returns the pixel at place (r, s) of the window of output pixel (i, j).
func (p plane) tap(i, j, r, s int) []float32 {
	at := ((i*p.g.Stride+r)*p.width + j*p.g.Stride + s) * p.c
	return p.data[at : at+p.c]
}
