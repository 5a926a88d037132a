package tensor_test

import (
	"fmt"

	"sdrm/tensor"
)

func ExampleGemm() {
	a := tensor.Matrix([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	c := tensor.Matrix(make([]float32, 4), 2, 2)
	tensor.Gemm(c, a, a.T(), false) // c = a·aᵀ
	fmt.Println(c.Data)
	// Output:
	// [14 32 32 77]
}

func ExampleConv2D() {
	g := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	x := tensor.New(tensor.Shape{1, 4, 4, 1}) // samples, height, width, channels
	x.Data[5] = 1                             // row 1, column 1
	w := tensor.New(tensor.Shape{3, 3, 1, 1}) // kernel height and width, channels in and out
	for i := range w.Data {
		w.Data[i] = float32(i)
	}
	y := tensor.New(g.Out(x.Shape, 1))
	tensor.Conv2D(y, x, tensor.Conv{Weights: w, Geometry: g})
	for row := range 4 {
		fmt.Println(y.Data[4*row:][:4])
	}
	// Output:
	// [8 7 6 0]
	// [5 4 3 0]
	// [2 1 0 0]
	// [0 0 0 0]
}
