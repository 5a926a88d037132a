package attacks

import (
	"math"
	"testing"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// inputAwareGolden is testdata/inputaware.json, which inputaware.py beside it wrote.
type inputAwareGolden struct {
	Single []struct {
		H, W, C int
		Pixels  []int
	}
	Shown     []float64
	Loss      float64
	Gradients map[string][]float64
}

func readInputAware(t *testing.T) inputAwareGolden {
	return golden.Read[inputAwareGolden](t, "testdata/inputaware.json")
}

// generators returns the attack with the weights that inputaware.py has.
func generators(t *testing.T, c int) *inputAware {
	t.Helper()
	a := newAttack(t, "input-aware", nil).Trigger.(*inputAware)
	for i, e := range a.Entries(Lesson{C: c}) {
		values, step := make([]float32, len(e.Tensor.Data)), 1
		if i >= 6 { // of the masks
			step = 3
		}
		for k := range values {
			values[k] = (float32(k*step%41) - 19.625) / 64
		}
		if err := e.Import(e.Dims(), values); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestInputAwareEqualsPyTorch(t *testing.T) {
	for _, c := range readInputAware(t).Single {
		pixels := formula(c.H, c.W)[:c.H*c.W*c.C]
		generators(t, c.C).Apply(Image{Pixels: pixels, H: c.H, W: c.W, C: c.C})
		for i, v := range pixels {
			if int(v) != c.Pixels[i] {
				t.Errorf("%d×%d×%d: element %d is %d, want %d", c.H, c.W, c.C, i, v, c.Pixels[i])
			}
		}
	}
}

// TestInputAwareInABatch: what a batch becomes, the attack's own loss, and the
// gradients of both generators, of which the masks get none through the images.
func TestInputAwareInABatch(t *testing.T) {
	want, a := readInputAware(t), generators(t, 3)
	b := &datasets.Batch{N: 4, H: 8, W: 8, C: 3, Roles: []datasets.Role{datasets.Poisoned, datasets.Cover, datasets.Clean, datasets.Cover}}
	x := tensor.New(tensor.Shape{4, 8, 8, 3})
	for i, v := range formula(32, 8) {
		x.Data[i] = float32(v) / 255
	}
	var tape autograd.Tape
	for range 2 { // a warm tape gives the same
		tape.Reset(autograd.Training)
		shown, loss := a.Generate(&tape, tape.Input(x), b)
		for i, v := range shown.Value.Data {
			if math.Abs(float64(v)-want.Shown[i]) > 1e-5 {
				t.Fatalf("element %d is %v, want %v", i, v, want.Shown[i])
			}
		}
		if v := float64(loss.Value.Data[0]); math.Abs(v-want.Loss) > 1e-5*want.Loss {
			t.Errorf("loss %v, want %v", v, want.Loss)
		}
		tape.Backward(autograd.WeightedSum(&tape, []float32{1, 3}, []*autograd.Var{loss, autograd.Sum(&tape, shown)}))
		for _, e := range a.Entries(Lesson{C: 3}) {
			e.Tensor = e.Var.Grad
			got, _ := e.Export()
			top, off := 0.0, 0.0
			for i, v := range want.Gradients[e.Name] {
				top, off = max(top, math.Abs(v)), max(off, math.Abs(v-float64(got[i])))
			}
			// A constant added to all of a generator's values is taken out again.
			if len(got) != len(want.Gradients[e.Name]) || !(off <= 1e-4*top+1e-4) {
				t.Errorf("%s: %d gradients are off by %v of %v", e.Name, len(got), off, top)
			}
		}
	}
}

// A cover that is alone in its batch has no other image to get a trigger from.
func TestInputAwareCoverAlone(t *testing.T) {
	a := generators(t, 3)
	x := tensor.New(tensor.Shape{1, 4, 4, 3})
	var tape autograd.Tape
	tape.Reset(autograd.Training)
	shown, loss := a.Generate(&tape, tape.Input(x), &datasets.Batch{N: 1, H: 4, W: 4, C: 3, Roles: []datasets.Role{datasets.Cover}})
	for i, v := range shown.Value.Data {
		if v != 0 {
			t.Fatalf("element %d is %v", i, v)
		}
	}
	tape.Backward(loss)
	for _, e := range a.Entries(Lesson{C: 3}) {
		for _, g := range e.Var.Grad.Data {
			if math.IsNaN(float64(g)) {
				t.Fatalf("%s: the gradient is no number", e.Name)
			}
		}
	}
}

func TestInputAwareErrors(t *testing.T) {
	refuses(t, "input-aware", []refusal{
		{Options{"epochs": "0"}, `attacks: input-aware: epochs is "0", want a whole number from 1 to 1000000`},
	})
	defer func() {
		if recover() == nil {
			t.Error("no panic before the generators were trained")
		}
	}()
	apply(newAttack(t, "input-aware", nil), make([]uint8, 12), 2, 2)
}
