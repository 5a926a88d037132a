package models_test

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/models"
	"sdrm/tensor"
)

func ExampleNew() {
	m, err := models.New("vgg11", 3, 10, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	count := 0
	for _, p := range m.Params() {
		count += len(p.Value.Data)
	}
	fmt.Println(m.Name, "has", count, "parameters")

	var tape autograd.Tape
	images := tensor.New(tensor.Shape{1, 32, 32, 3})
	m.Forward(&tape, tape.Input(images), func(level int, v *autograd.Var) {
		fmt.Println(m.Levels[level], v.Value.Shape)
	})
	// Output:
	// vgg11 has 9231114 parameters
	// s1 1×8×8×256
	// s2 1×4×4×512
	// s3 1×2×2×512
}
