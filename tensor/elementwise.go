package tensor

import (
	"fmt"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// elementChunk is the number of elements that one task of an elementwise loop
// works on: 128 KiB of each operand.
const elementChunk = 32768

// chunk returns the bounds of chunk i of size elements within n.
func chunk(i, size, n int) (lo, hi int) { return i * size, min((i+1)*size, n) }

type unaryArgs struct {
	kernel func(dst, x []float32)
	dst, x []float32
}

var unaryLoop = parallel.NewLoop(func(a *unaryArgs, i int) {
	lo, hi := chunk(i, elementChunk, len(a.dst))
	a.kernel(a.dst[lo:hi], a.x[lo:hi])
})

func unary(kernel func(dst, x []float32), dst, x []float32) {
	unaryLoop.Run(ceilDiv(len(dst), elementChunk), unaryArgs{kernel, dst, x})
}

type binaryArgs struct {
	kernel    func(dst, x, y []float32)
	dst, x, y []float32
}

var binaryLoop = parallel.NewLoop(func(a *binaryArgs, i int) {
	lo, hi := chunk(i, elementChunk, len(a.dst))
	a.kernel(a.dst[lo:hi], a.x[lo:hi], a.y[lo:hi])
})

func binary(kernel func(dst, x, y []float32), dst, x, y []float32) {
	binaryLoop.Run(ceilDiv(len(dst), elementChunk), binaryArgs{kernel, dst, x, y})
}

// checkShapes panics unless all the shapes are the same.
func checkShapes(fn string, want Shape, others ...Shape) {
	for _, s := range others {
		if s != want {
			panic(fmt.Sprintf("tensor: %s: shapes %v and %v differ", fn, want, s))
		}
	}
}

// checkAlike panics unless all the tensors have one shape, and are whole.
func checkAlike(fn string, tensors ...*Tensor) {
	for _, t := range tensors {
		checkShapes(fn, tensors[0].Shape, t.Shape)
		t.mustBeWhole(fn)
	}
}

// Zero sets every element of dst to 0.
func Zero(dst *Tensor) {
	dst.mustBeWhole("Zero")
	unary(zeroKernel, dst.Data, dst.Data)
}

func zeroKernel(dst, _ []float32) { clear(dst) }

// Copy sets dst = x.
func Copy(dst, x *Tensor) {
	checkAlike("Copy", dst, x)
	unary(copyKernel, dst.Data, x.Data)
}

func copyKernel(dst, x []float32) { copy(dst, x) }

// Add sets dst = a + b; dst may be a or b.
func Add(dst, a, b *Tensor) {
	checkAlike("Add", dst, a, b)
	binary(asm.Current().Add, dst.Data, a.Data, b.Data)
}

// Scale sets dst = a · x; dst may be x.
func Scale(dst *Tensor, a float32, x *Tensor) {
	checkAlike("Scale", dst, x)
	scaleLoop.Run(ceilDiv(len(dst.Data), elementChunk), scaleArgs{asm.Current(), dst.Data, a, x.Data})
}

type scaleArgs struct {
	kernels *asm.Kernels
	dst     []float32
	factor  float32
	x       []float32
}

var scaleLoop = parallel.NewLoop(func(a *scaleArgs, i int) {
	lo, hi := chunk(i, elementChunk, len(a.dst))
	a.kernels.Scale(a.dst[lo:hi], a.factor, a.x[lo:hi])
})

// ReLU sets y = max(x, 0), NaN staying NaN; y may be x.
func ReLU(y, x *Tensor) {
	checkAlike("ReLU", y, x)
	unary(asm.Current().ReLU, y.Data, x.Data)
}

// ReLUGrad sets dx = dy where ReLU's output y was positive or NaN, else 0; dx may be dy.
func ReLUGrad(dx, dy, y *Tensor) {
	checkAlike("ReLUGrad", dx, dy, y)
	binary(asm.Current().ReLUGrad, dx.Data, dy.Data, y.Data)
}
