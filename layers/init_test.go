package layers

import (
	"testing"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// TestPartsOfAParameterHaveItsStream: a parameter that several tasks fill has the numbers
// that one draws in order.
func TestPartsOfAParameterHaveItsStream(t *testing.T) {
	defer parallel.SetWorkers(0)
	for name, f := range map[string]filler{
		"uniform":  PyTorchDefault.weights(9, 9),
		"normal":   KaimingNormal.weights(9, 9),
		"constant": KaimingNormal.bias(9),
	} {
		for _, n := range []int{0, 1, fillPart - 1, fillPart, fillPart + 1, 3*fillPart + 7} {
			want := make([]float32, n)
			draw := rng.New(5, rng.Init, 0, 0)
			f.fill(want, &draw)
			for _, workers := range []int{1, 3} {
				parallel.SetWorkers(workers)
				got := NewBuilder(5).parameter(tensor.Shape{1, 1, 1, n}, f).Value.Data
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("%s, %d elements, %d workers: element %d is %v, want %v", name, n, workers, i, got[i], want[i])
					}
				}
			}
		}
	}
}
