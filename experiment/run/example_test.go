package run_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
)

// A run is a folder: Start trains, judges and fills it.
func Example() {
	temp, err := os.MkdirTemp("", "sdrm")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temp)

	s := spec.Default()
	s.Name = "small"
	s.Data.Set, s.Data.TrainLimit, s.Data.TestLimit = "synthetic", 64, 40
	s.Model.Name = "vgg5"
	s.Attack.Rate = 0.9
	s.Train.Epochs, s.Train.Batch = 1, 16

	dir := filepath.Join(temp, "small")
	result, err := run.Start(context.Background(), dir, s, run.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: epoch %d, %d levels\n", result.Name, result.Epoch, len(result.Levels))

	_, err = run.Start(context.Background(), dir, s, run.Options{})
	fmt.Println(filepath.Base(err.Error()))
	// Output:
	// small: epoch 1, 3 levels
	// small: already holds a run; nothing is overwritten, choose another folder
}
