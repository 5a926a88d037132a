package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

var maxPoolLoop = parallel.NewLoop(func(a *poolArgs, n int) {
	if a.g.Halves() {
		a.halve(n)
	} else {
		a.combine(n, a.kernels.Max)
	}
})

func (a *poolArgs) halve(n int) {
	y, x := a.y.Sample(n), a.x.Sample(n)
	c := a.x.Shape.C()
	xRow, yRow := a.x.Shape.W()*c, a.y.Shape.W()*c
	for i := range a.y.Shape.H() {
		r0, r1, r2 := 2*i*xRow, (2*i+1)*xRow, (2*i+2)*xRow
		a.kernels.MaxPool2x2(y[i*yRow:(i+1)*yRow], x[r0:r1], x[r1:r2], c)
	}
}

// MaxPool sets every element of y to the largest of its window in x, to NaN where
// the window has one.
func MaxPool(y, x *Tensor, g PoolGeometry) {
	checkShapes("MaxPool", g.Out(x.Shape), y.Shape)
	maxPoolLoop.Run(x.Shape.N(), poolArgs{asm.Current(), y, x, g})
}

type maxPoolGradArgs struct {
	kernels      *asm.Kernels
	dx, dy, y, x *Tensor
	g            PoolGeometry
}

var maxPoolGradLoop = parallel.NewLoop(func(a *maxPoolGradArgs, n int) {
	if a.g.Halves() {
		a.halve(n)
	} else {
		a.pool(n)
	}
})

func (a *maxPoolGradArgs) halve(n int) {
	dx, dy, y, x := a.dx.Sample(n), a.dy.Sample(n), a.y.Sample(n), a.x.Sample(n)
	c := a.x.Shape.C()
	xRow, yRow := a.x.Shape.W()*c, a.y.Shape.W()*c
	used := 2 * yRow // what the windows of a row cover
	h := a.y.Shape.H()
	for i := range h {
		r0, r1, r2 := 2*i*xRow, (2*i+1)*xRow, (2*i+2)*xRow
		y0, y1 := i*yRow, (i+1)*yRow
		a.kernels.MaxPool2x2Grad(dx[r0:r1], dx[r1:r2], dy[y0:y1], y[y0:y1], x[r0:r1], x[r1:r2], c)
		clear(dx[r0+used : r1])
		clear(dx[r1+used : r2])
	}
	clear(dx[2*h*xRow:])
}

func (a *maxPoolGradArgs) pool(n int) {
	clear(a.dx.Sample(n))
	px, pdx := a.x.plane(n, a.g), a.dx.plane(n, a.g)
	dy, y := a.dy.Sample(n), a.y.Sample(n)
	for i := range a.y.Shape.H() {
		for j := range a.y.Shape.W() {
			for ch := range px.c {
				if k := px.argmax(i, j, ch, y[ch]); k >= 0 {
					pdx.tap(i, j, k/a.g.Kernel, k%a.g.Kernel)[ch] += dy[ch]
				}
			}
			dy, y = dy[px.c:], y[px.c:]
		}
	}
}

// argmax returns the place in the window of output pixel (i, j) that y, its maximum
// in channel ch, came from: the first, row by row, that equals y, or, where none does,
// the last that is NaN; −1 if there is none.
func (p plane) argmax(i, j, ch int, y float32) int {
	last := -1
	for k := range p.g.Kernel * p.g.Kernel {
		switch x := p.tap(i, j, k/p.g.Kernel, k%p.g.Kernel)[ch]; {
		case x == y:
			return k
		case x != x:
			last = k
		}
	}
	return last
}

// MaxPoolGrad adds each element of dy to the first element of its window, row by
// row, that equals the largest, y; to the last NaN, as PyTorch does, where y is NaN. The
// rest of dx is 0.
func MaxPoolGrad(dx, dy, y, x *Tensor, g PoolGeometry) {
	checkShapes("MaxPoolGrad", x.Shape, dx.Shape)
	checkShapes("MaxPoolGrad", g.Out(x.Shape), dy.Shape, y.Shape)
	maxPoolGradLoop.Run(x.Shape.N(), maxPoolGradArgs{asm.Current(), dx, dy, y, x, g})
}
