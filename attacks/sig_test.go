package attacks

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"sdrm/datasets"
)

func TestSIGEqualsNumPy(t *testing.T) {
	golden, err := os.ReadFile("testdata/sig.bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		h, w, c int
		options Options
	}{
		{32, 32, 3, nil},
		{28, 28, 1, Options{"delta": "30"}},
		{5, 48, 3, Options{"delta": "77.7", "frequency": "2.5"}},
	} {
		m := Image{Pixels: formula(c.h, c.w)[:c.h*c.w*c.c], H: c.h, W: c.w, C: c.c}
		newAttack(t, "sig", c.options).Trigger.Apply(m)
		if !bytes.Equal(m.Pixels, golden[:len(m.Pixels)]) {
			t.Errorf("%d×%d×%d, %v: other pixels than NumPy's", c.h, c.w, c.c, c.options)
		}
		golden = golden[len(m.Pixels):]
	}
	if len(golden) > 0 {
		t.Errorf("%d golden bytes are left", len(golden))
	}
}

// TestSIGKeepsLabels: training images of the target class alone get the wave,
// and are called as before; the test images of the other classes that have it
// shall be called the target.
func TestSIGKeepsLabels(t *testing.T) {
	p := Poison{Attack: newAttack(t, "sig", nil), Target: 2, Rate: 1, Classes: 4}
	train, tests := p.Edit(), p.TestEdit()
	for label := range 4 {
		s := datasets.Sample{Pixels: formula(8, 8), H: 8, W: 8, C: 3, Label: label}
		if role := train(0, 0, &s); (role == datasets.Poisoned) != (label == 2) || s.Label != label {
			t.Errorf("training image of class %d: role %v, label %d", label, role, s.Label)
		}
		s.Label = label
		if role := tests(0, 0, &s); (role == datasets.Poisoned) != (label != 2) || s.Label != 2 {
			t.Errorf("test image of class %d: role %v, label %d", label, role, s.Label)
		}
	}
}

func TestSIGErrors(t *testing.T) {
	for _, c := range []struct {
		options Options
		want    string
	}{
		{Options{"delta": "0"}, "attacks: sig: delta is 0, want above 0 and at most 255"},
		{Options{"frequency": "NaN"}, "attacks: sig: frequency is NaN, want above 0"},
		{Options{"weight": "1"}, `attacks: sig: unknown option "weight", want one of delta, frequency`},
	} {
		if _, err := New("sig", c.options); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}
