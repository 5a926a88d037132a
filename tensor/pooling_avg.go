package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

func (g PoolGeometry) share() float32 { return 1 / float32(g.Kernel*g.Kernel) }

var avgPoolLoop = parallel.NewLoop(func(a *poolArgs, n int) {
	a.combine(n, a.kernels.Add)
	y := a.y.Sample(n)
	a.kernels.Scale(y, a.g.share(), y)
})

// AvgPool sets every element of y to the mean of its window in x.
func AvgPool(y, x *Tensor, g PoolGeometry) {
	checkShapes("AvgPool", g.Out(x.Shape), y.Shape)
	avgPoolLoop.Run(x.Shape.N(), poolArgs{asm.Current(), y, x, g})
}

// avgPoolGradLoop takes dy for y and dx for x.
var avgPoolGradLoop = parallel.NewLoop(func(a *poolArgs, n int) {
	clear(a.x.Sample(n))
	p, dy := a.x.plane(n, a.g), a.y.Sample(n)
	for i := range a.y.Shape.H() {
		for j := range a.y.Shape.W() {
			for k := range a.g.Kernel * a.g.Kernel {
				a.kernels.Axpy(p.tap(i, j, k/a.g.Kernel, k%a.g.Kernel), a.g.share(), dy[:p.c])
			}
			dy = dy[p.c:]
		}
	}
})

// AvgPoolGrad spreads each element of dy evenly over its window in dx.
func AvgPoolGrad(dx, dy *Tensor, g PoolGeometry) {
	checkShapes("AvgPoolGrad", g.Out(dx.Shape), dy.Shape)
	avgPoolGradLoop.Run(dx.Shape.N(), poolArgs{asm.Current(), dy, dx, g})
}
