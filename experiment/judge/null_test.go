package judge

import (
	"context"
	"math"
	"slices"
	"testing"

	"sdrm/attacks"
	"sdrm/defenses"
	"sdrm/experiment/spec/spectest"
)

// Where nothing is malicious the p-values of mmdtest are uniform, at every level
// of a backdoored and of a clean model: what the defender holds and what is
// inspected are drawn from the same images. The bound on the distance of Kolmogorov
// and Smirnov is that of a level of 1 %.
func TestPValuesAreUniformWithoutPoison(t *testing.T) {
	const sets = 60
	for _, attack := range []string{"blended", attacks.None} {
		s := spectest.Tiny()
		s.Attack.Name, s.Attack.Rate, s.Attack.Weight = attack, 0.3, 0.6
		s.Data.TrainLimit, s.Data.TestLimit, s.Train.Epochs, s.Train.Batch = 160, 160, 4, 8
		x := trained(t, s, 2)
		p, err := newPanel([]string{"mmdtest"}, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Images of all classes stand for one class, of which there are too few.
		places := x.Images.Test.Places(func(int) bool { return true })
		all, err := collect(context.Background(), x.Tests, x.Levels(), selection{images: x.Images, set: x.Images.Test, places: places, limit: 60, keep: everyone})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range x.Levels() {
			var found []float64
			for seed := range uint64(sets) {
				p.seed = seed
				held, rest := p.divide(all.N, 0)
				in := defenses.Input{Latents: all.pick(i, rest), Clean: all.pick(i, held), Seed: seed}
				value, err := defenses.MMDTest{}.PValue(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, value)
			}
			slices.Sort(found)
			distance, _ := uniform(found)
			if bound := 1.63 / math.Sqrt(sets); distance > bound {
				t.Errorf("%s at %s: the p-values are %.3f from uniform, want at most %.3f: %v", attack, a.Name, distance, bound, found)
			}
		}
	}
}

// What the defender holds is none of what is inspected, and at most half.
func TestDivide(t *testing.T) {
	x := trained(t, spectest.Tiny(), 1)
	p := &panel{x: x, seed: 3}
	for _, n := range []int{0, 1, 2, 7, 40, 2000} {
		held, rest := p.divide(n, 1)
		if len(held) != min(n/2, x.Spec.Detect.Clean) || len(held)+len(rest) != n || !slices.IsSorted(held) || !slices.IsSorted(rest) {
			t.Errorf("of %d samples %d are held and %d left", n, len(held), len(rest))
		}
		for _, sample := range held {
			if slices.Contains(rest, sample) {
				t.Errorf("sample %d of %d is held and inspected", sample, n)
			}
		}
	}
	a, _ := p.divide(40, 1)
	b, _ := p.divide(40, 2)
	if slices.Equal(a, b) {
		t.Error("another class is divided in the same way")
	}
}
