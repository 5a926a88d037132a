package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// A bound on memory that no step can keep ends the run with what is needed; that
// much is enough, and the weights are the same.
func TestMemory(t *testing.T) {
	trained := func(bound int) ([][]float32, error) {
		c := tiny(t, t.TempDir())
		c.Memory = bound
		err := New(c).Run(context.Background())
		var weights [][]float32
		for _, e := range c.Model.Entries() {
			weights = append(weights, e.Tensor.Data)
		}
		return weights, err
	}
	want, err := trained(0)
	if err != nil {
		t.Fatal(err)
	}
	var impossible *MemoryError
	if _, err = trained(1); !errors.As(err, &impossible) {
		t.Fatalf("error %v with a bound of one byte, want a MemoryError", err)
	}
	text := fmt.Sprintf("train.memory: found 1, want at least %d bytes for the values and gradients of a step, or 0: no bound", impossible.Needed)
	if err.Error() != text {
		t.Errorf("error %q, want %q", err, text)
	}
	for _, bound := range []int{impossible.Needed, 2 * impossible.Needed, 1 << 40} {
		got, err := trained(bound)
		if err != nil {
			t.Fatalf("bound %d: %v", bound, err)
		}
		for i, w := range want {
			if !slices.Equal(got[i], w) {
				t.Fatalf("bound %d: tensor %d of the model is another one", bound, i)
			}
		}
	}
}
