package autograd_test

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/tensor"
	"sdrm/train"
)

// One step of gradient descent on a linear classifier of two classes.
func Example() {
	w := autograd.NewParam(tensor.New(tensor.Shape{3, 1, 1, 2})) // 3 inputs, 2 classes
	x := &tensor.Tensor{Shape: tensor.Shape{1, 1, 1, 3}, Data: []float32{1, 2, -1}}

	descent := train.NewSGD([]*autograd.Var{w}, 0, 0)
	var tape autograd.Tape
	for range 2 {
		tape.Reset(autograd.Training)
		logits := autograd.Linear(&tape, tape.Input(x), w, nil)
		loss := autograd.SoftmaxCrossEntropy(&tape, logits, []int{1})
		tape.Backward(loss)
		fmt.Printf("loss %.3f, gradient %.3f\n", loss.Value.Data[0], w.Grad.Data)
		descent.Step(0.1)
	}
	// Output:
	// loss 0.693, gradient [0.500 -0.500 1.000 -1.000 -0.500 0.500]
	// loss 0.437, gradient [0.354 -0.354 0.709 -0.709 -0.354 0.354]
}
