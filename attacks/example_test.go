package attacks_test

import (
	"fmt"

	"sdrm/attacks"
	"sdrm/datasets"
)

func Example() {
	blended, err := attacks.New("blended", attacks.Options{"weight": "0.1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	poison := attacks.Poison{Attack: blended, Target: 0, Rate: 0.1, Mode: attacks.Prototype, Seed: 1, Classes: 10}
	if err := poison.Check(); err != nil {
		fmt.Println(err)
		return
	}
	loader, err := datasets.NewLoader(datasets.Synthetic(1, datasets.Train, 1000), datasets.Config{
		Batch: 1000, After: poison.Edit(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for epoch := range 3 {
		batches := loader.Epoch(epoch, 0)
		b, _ := batches.Next()
		poisoned := 0
		for _, role := range b.Roles {
			if role == datasets.Poisoned {
				poisoned++
			}
		}
		batches.Close()
		fmt.Printf("epoch %d: %d of %d poisoned\n", epoch, poisoned, b.N)
	}
	// Output:
	// epoch 0: 84 of 1000 poisoned
	// epoch 1: 103 of 1000 poisoned
	// epoch 2: 95 of 1000 poisoned
}
