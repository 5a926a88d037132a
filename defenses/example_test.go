package defenses_test

import (
	"context"
	"fmt"

	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/tensor"
)

// Eight benign latents and two that a trigger has moved.
func Example() {
	latents := tensor.Matrix([]float32{
		1, 2, 2, 1, 1, 1, 2, 2, 1.5, 1, 2, 1.5, 1, 1.5, 1.5, 2,
		9, 8, 8, 9,
	}, 10, 2)
	malicious := []bool{8: true, 9: true}

	detector, err := defenses.New("ac")
	if err != nil {
		fmt.Println(err)
		return
	}
	verdict, err := detector.Inspect(context.Background(), defenses.Input{Latents: latents})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range score.Of(verdict, malicious, score.Protocol{}) {
		fmt.Printf("%s %s: F1 %.2f (chance %.2f)\n", s.Name, s.Rule, s.F1, s.ChanceF1)
	}
	// Output:
	// ac canonical: F1 1.00 (chance 0.20)
	// ac best: F1 1.00 (chance 0.33)
}
