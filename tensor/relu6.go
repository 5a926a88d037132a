package tensor

import "sdrm/asm"

// ReLU6 sets y = min(max(x, 0), 6), NaN staying NaN; y may be x. It is for MobileNetV2
// as its paper has it; no registered model uses it.
func ReLU6(y, x *Tensor) {
	checkAlike("ReLU6", y, x)
	unary(relu6Kernel, y.Data, x.Data)
}

func relu6Kernel(dst, x []float32) {
	asm.Current().ReLU(dst, x)
	for i, v := range dst {
		dst[i] = min(v, 6)
	}
}

// ReLU6Grad sets dx = dy where ReLU6's output y lies between 0 and 6 or is NaN, else
// 0; dx may be dy. PyTorch agrees about NaN in the rest of its vector loop alone.
func ReLU6Grad(dx, dy, y *Tensor) {
	checkAlike("ReLU6Grad", dx, dy, y)
	binary(relu6GradKernel, dx.Data, dy.Data, y.Data)
}

func relu6GradKernel(dx, dy, y []float32) {
	asm.Current().ReLUGrad(dx, dy, y)
	for i, v := range y {
		if v >= 6 {
			dx[i] = 0
		}
	}
}
