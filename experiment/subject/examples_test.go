package subject

import (
	"bytes"
	"slices"
	"testing"

	"sdrm/attacks"
	"sdrm/experiment/spec/spectest"
)

// Examples are test images on which the attack is tried, as the model is shown
// them, and what the trigger makes of these.
func TestExamples(t *testing.T) {
	m, err := LoadImages(t.Context(), spectest.Tiny(), 2)
	if err != nil {
		t.Fatal(err)
	}
	tried := m.Test.Places(func(label int) bool { return label != m.Poison.Target })
	for _, n := range []int{1, 3, 20, len(tried) + 5} {
		examples, err := m.Examples(n)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(n, len(tried)); len(examples) != want {
			t.Fatalf("%d examples, want %d", len(examples), want)
		}
		for i, e := range examples {
			if want := tried[i*len(tried)/len(examples)]; e.Place != want || e.Label != m.Test.Labels[want] || e.H != 32 || e.W != 32 || e.C != m.Test.C {
				t.Errorf("example %d of %d: image %d of class %d, %d×%d×%d, want image %d", i, n, e.Place, e.Label, e.H, e.W, e.C, want)
			}
			want := slices.Clone(e.Original)
			m.Poison.Attack.Trigger.Apply(attacks.Image{Pixels: want, H: e.H, W: e.W, C: e.C})
			if err := e.Check(); err != nil || !bytes.Equal(e.Changed, want) || bytes.Equal(e.Changed, e.Original) {
				t.Errorf("example %d of %d: error %v, or another image than the trigger makes", i, n, err)
			}
		}
	}
}

func TestExamplesWithoutAnAttack(t *testing.T) {
	s := spectest.Tiny()
	s.Attack.Name = attacks.None
	m, err := LoadImages(t.Context(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	if examples, err := m.Examples(3); err != nil || len(examples) != 0 {
		t.Errorf("%d examples, error %v", len(examples), err)
	}
}
