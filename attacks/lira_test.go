package attacks

import (
	"bytes"
	"math"
	"os"
	"testing"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/tensor"
)

// generator returns the attack with the weights that testdata/lira.py has.
func generator(t *testing.T, c int, o Options) *lira {
	t.Helper()
	a := newAttack(t, "lira", o).Trigger.(*lira)
	for _, e := range a.Entries(Lesson{C: c}) {
		values := make([]float32, len(e.Tensor.Data))
		for i := range values {
			values[i] = float32(i%41-20) / 64
		}
		if err := e.Import(e.Dims(), values); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestLIRAEqualsPyTorch(t *testing.T) {
	want, err := os.ReadFile("testdata/lira.bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		h, w, c int
		options Options
	}{{32, 32, 3, nil}, {28, 28, 1, Options{"strength": "60"}}, {9, 7, 3, Options{"strength": "100.5"}}} {
		m := Image{Pixels: formula(c.h, c.w)[:c.h*c.w*c.c], H: c.h, W: c.w, C: c.c}
		generator(t, c.c, c.options).Apply(m)
		if !bytes.Equal(m.Pixels, want[:len(m.Pixels)]) {
			t.Errorf("%d×%d×%d, %v: other pixels than PyTorch's", c.h, c.w, c.c, c.options)
		}
		want = want[len(m.Pixels):]
	}
	if len(want) > 0 {
		t.Errorf("%d golden bytes are left", len(want))
	}
}

// TestLIRAInABatch: in a batch those images that are not clean get the trigger
// that each gets alone, but for its rounding, and a gradient reaches all that is
// trained.
func TestLIRAInABatch(t *testing.T) {
	a := generator(t, 3, nil)
	b := &datasets.Batch{N: 2, H: 8, W: 8, C: 3, Roles: []datasets.Role{datasets.Clean, datasets.Poisoned}}
	x, pixels := tensor.New(tensor.Shape{2, 8, 8, 3}), formula(16, 8)
	for i, v := range pixels {
		x.Data[i] = float32(v) / 255
	}
	apply(Attack{Trigger: a}, pixels[192:], 8, 8)
	var tape autograd.Tape
	tape.Reset(autograd.Training)
	y, _ := a.Generate(&tape, tape.Input(x), b)
	for i, v := range y.Value.Data {
		if want := float64(pixels[i]); math.Abs(min(max(float64(v)*255, 0), 255)-want) > 0.501 {
			t.Fatalf("element %d is %v, want %v", i, v*255, want)
		}
	}
	tape.Backward(autograd.Sum(&tape, y))
	for _, e := range a.Entries(Lesson{C: 3}) {
		if !e.Var.HasGrad() {
			t.Errorf("%s has no gradient", e.Name)
		}
	}
}

func TestLIRAErrors(t *testing.T) {
	refuses(t, "lira", []refusal{
		{Options{"strength": "0.5"}, "attacks: lira: strength is 0.5, want above 0.5 and at most 255"},
		{Options{"epochs": "0"}, `attacks: lira: epochs is "0", want a whole number from 1 to 1000000`},
	})
	defer func() {
		if recover() == nil {
			t.Error("no panic before the generator was trained")
		}
	}()
	apply(newAttack(t, "lira", nil), make([]uint8, 12), 2, 2)
}
