package tensor

import "sdrm/asm"

// Sigmoid sets y = 1/(1 + e^−x); y may be x.
func Sigmoid(y, x *Tensor) {
	checkAlike("Sigmoid", y, x)
	unary(sigmoidKernel, y.Data, x.Data)
}

func sigmoidKernel(dst, x []float32) {
	k := asm.Current()
	k.Scale(dst, -1, x)
	k.Exp(dst, dst)
	for i, e := range dst {
		dst[i] = 1 / (1 + e)
	}
}

// SigmoidGrad sets dx = dy·y·(1−y), y being Sigmoid's output; dx may be dy.
func SigmoidGrad(dx, dy, y *Tensor) {
	checkAlike("SigmoidGrad", dx, dy, y)
	binary(sigmoidGradKernel, dx.Data, dy.Data, y.Data)
}

func sigmoidGradKernel(dx, dy, y []float32) {
	for i, v := range y {
		dx[i] = dy[i] * float32(v*(1-v))
	}
}
