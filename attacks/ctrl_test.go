package attacks

import (
	"bytes"
	"testing"

	"sdrm/datasets"
)

// TestCTRL: the trigger is FTrojan's, on training images of the target class
// alone, and their labels stay.
func TestCTRL(t *testing.T) {
	p := Poison{Attack: newAttack(t, "ctrl", Options{"magnitude": "40"}), Target: 2, Rate: 1, Classes: 4}
	want := formula(32, 32)
	apply(newAttack(t, "ftrojan", Options{"magnitude": "40"}), want, 32, 32)
	train, tests := p.Edit(), p.TestEdit()
	for label := range 4 {
		s := datasets.Sample{Pixels: formula(32, 32), H: 32, W: 32, C: 3, Label: label}
		role := train(0, 0, &s)
		if (role == datasets.Poisoned) != (label == 2) || bytes.Equal(s.Pixels, want) != (label == 2) || s.Label != label {
			t.Errorf("training image of class %d: role %v, label %d", label, role, s.Label)
		}
		s.Label = label
		if role := tests(0, 0, &s); (role == datasets.Poisoned) != (label != 2) || s.Label != 2 {
			t.Errorf("test image of class %d: role %v, label %d", label, role, s.Label)
		}
	}
}

func TestCTRLErrors(t *testing.T) {
	refuses(t, "ctrl", []refusal{{Options{"magnitude": "NaN"}, "attacks: ctrl: magnitude is NaN, want above 0 and at most 255"}})
}
