package datasets_test

import (
	"context"
	"fmt"

	"sdrm/datasets"
)

func Example() {
	set := datasets.Synthetic(1, datasets.Train, 100)
	loader, err := datasets.NewLoader(set, datasets.Config{
		Batch:    32,
		Shuffle:  true,
		Seed:     1,
		Pipeline: datasets.Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true},
		Workers:  2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	batches := loader.Epoch(0, 0)
	defer batches.Close()
	for b, ok := batches.Next(); ok; b, ok = batches.Next() {
		fmt.Printf("%d images of %d×%d, the first a %s\n", b.N, b.H, b.W, set.Classes[b.Labels[0]])
	}
	// Output:
	// 32 images of 32×32, the first a disc
	// 32 images of 32×32, the first a letter H
	// 32 images of 32×32, the first a disc
	// 4 images of 32×32, the first a square
}

func ExampleSource_Load() {
	cifar10, err := datasets.Find("cifar10")
	if err == nil {
		_, err = cifar10.Load(context.Background(), "nowhere", datasets.Test, datasets.Part{Images: 2000})
	}
	fmt.Println(err)
	// Output:
	// cifar10: nowhere/cifar-10-batches-bin/test_batch.bin: file does not exist; want the binary version of CIFAR-10 (or that for Python) in nowhere, or in a folder cifar-10-batches-bin there
}
