//go:build !purego

package asm

// The elementwise kernels in assembly; the width is 8 for AVX2, 16 for AVX-512.

//go:noescape
func addAVX2(dst, x, y *float32, n int)

//go:noescape
func maxAVX2(dst, x, y *float32, n int)

//go:noescape
func reluAVX2(dst, x *float32, n int)

//go:noescape
func reluGradAVX2(dx, dy, y *float32, n int)

//go:noescape
func scaleAVX2(dst *float32, a float32, x *float32, n int)

//go:noescape
func axpyAVX2(dst *float32, a float32, x *float32, n int)

//go:noescape
func sgdAVX2(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func expAVX2(dst, x *float32, n int)

//go:noescape
func addAVX512(dst, x, y *float32, n int)

//go:noescape
func maxAVX512(dst, x, y *float32, n int)

//go:noescape
func reluAVX512(dst, x *float32, n int)

//go:noescape
func reluGradAVX512(dx, dy, y *float32, n int)

//go:noescape
func scaleAVX512(dst *float32, a float32, x *float32, n int)

//go:noescape
func axpyAVX512(dst *float32, a float32, x *float32, n int)

//go:noescape
func sgdAVX512(w, v, dw *float32, rate, momentum, decay float32, n int)

//go:noescape
func expAVX512(dst, x *float32, n int)

func (k *Kernels) useElementwiseAVX2() {
	k.Add = vector3("Add", 8, addAVX2, k.Add)
	k.Max = vector3("Max", 8, maxAVX2, k.Max)
	k.ReLU = vector2("ReLU", 8, reluAVX2, k.ReLU)
	k.ReLUGrad = vector3("ReLUGrad", 8, reluGradAVX2, k.ReLUGrad)
	k.Scale = vectorScalar("Scale", 8, scaleAVX2, k.Scale)
	k.Axpy = vectorScalar("Axpy", 8, axpyAVX2, k.Axpy)
	k.SGD = vectorSGD(8, sgdAVX2, k.SGD)
	k.Exp = vector2("Exp", 8, expAVX2, k.Exp)
}

func (k *Kernels) useElementwiseAVX512() {
	k.Add = vector3("Add", 16, addAVX512, k.Add)
	k.Max = vector3("Max", 16, maxAVX512, k.Max)
	k.ReLU = vector2("ReLU", 16, reluAVX512, k.ReLU)
	k.ReLUGrad = vector3("ReLUGrad", 16, reluGradAVX512, k.ReLUGrad)
	k.Scale = vectorScalar("Scale", 16, scaleAVX512, k.Scale)
	k.Axpy = vectorScalar("Axpy", 16, axpyAVX512, k.Axpy)
	k.SGD = vectorSGD(16, sgdAVX512, k.SGD)
	k.Exp = vector2("Exp", 16, expAVX512, k.Exp)
}
