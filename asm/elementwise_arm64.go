//go:build !purego

package asm

//go:noescape
func addNEON(dst, x, y *float32, n int)

//go:noescape
func maxNEON(dst, x, y *float32, n int)

//go:noescape
func reluNEON(dst, x *float32, n int)

//go:noescape
func reluGradNEON(dx, dy, y *float32, n int)

//go:noescape
func scaleNEON(dst *float32, a float32, x *float32, n int)

//go:noescape
func axpyNEON(dst *float32, a float32, x *float32, n int)

//go:noescape
func sgdNEON(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func expNEON(dst, x *float32, n int)

func (k *Kernels) useElementwiseNEON() {
	k.Add = vector3("Add", 4, addNEON, k.Add)
	k.Max = vector3("Max", 4, maxNEON, k.Max)
	k.ReLU = vector2("ReLU", 4, reluNEON, k.ReLU)
	k.ReLUGrad = vector3("ReLUGrad", 4, reluGradNEON, k.ReLUGrad)
	k.Scale = vectorScalar("Scale", 4, scaleNEON, k.Scale)
	k.Axpy = vectorScalar("Axpy", 4, axpyNEON, k.Axpy)
	k.SGD = vectorSGD(4, sgdNEON, k.SGD)
	k.Exp = vector2("Exp", 4, expNEON, k.Exp)
}
