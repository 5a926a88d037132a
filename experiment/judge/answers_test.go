package judge

import (
	"context"
	"errors"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/defenses/score"
)

// rising flags every second image; the later one stands, the higher is its score.
type rising struct{ err error }

func (rising) Name() string          { return "rising" }
func (rising) Needs() defenses.Needs { return defenses.Needs{Unit: defenses.Images} }

func (d rising) Inspect(_ context.Context, in defenses.Input) (defenses.Verdict, error) {
	n := in.Images.Shape.N()
	v := defenses.Verdict{Detector: "rising", Canonical: defenses.Decision{Scores: make([]float64, n), Flags: make([]bool, n)}}
	for i := range n {
		v.Canonical.Scores[i], v.Canonical.Flags[i] = float64(i), i%2 == 0
	}
	return v, d.err
}

// Images are sorted by what the model calls them, none is the defender's, and triggered
// ones are compared with clean ones that are called the same.
func TestAnswers(t *testing.T) {
	for _, attack := range []string{"badnets", attacks.None} {
		x := asked(t, attack)
		x.Spec.Detect.Clean, x.Spec.Detect.Images = 20, 1000
		target := x.Images.Poison.Target
		in, rest, err := defenderInput(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if in.CleanImages.Shape.N() != 20 || rest[0] != 20 {
			t.Fatalf("the defender holds %d images, the first other is %d", in.CleanImages.Shape.N(), rest[0])
		}
		var want [3]int
		count := func(edit datasets.Edit, see func(b *datasets.Batch, i, class int)) {
			sel := selection{images: x.Images, set: x.Images.Test, places: rest, edit: edit, limit: len(rest)}
			sel.keep = func(b *datasets.Batch, i, class int) bool {
				see(b, i, class)
				return false
			}
			if _, _, err := inputs(t.Context(), x.Tests, sel); err != nil {
				t.Fatal(err)
			}
		}
		count(nil, func(_ *datasets.Batch, _, class int) {
			if class == target {
				want[1]++
			} else {
				want[0]++
			}
		})
		if attack != attacks.None {
			count(x.Images.Poison.TestEdit(), func(b *datasets.Batch, i, class int) {
				if b.Roles[i] == datasets.Poisoned && class == target {
					want[2]++
				}
			})
		}
		found, err := FindAnswers(t.Context(), x, []defenses.Detector{rising{}, rising{errors.New("no")}}, Work{})
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: found %+v, error %v", attack, found, err)
		}
		a := found[0]
		got := [3]int{a.Others.Images, a.Target.Images, 0}
		flagged := a.Others.Flagged + a.Target.Flagged
		if a.Triggered != nil {
			got[2] = a.Triggered.Images
			flagged += a.Triggered.Flagged
		}
		all := want[0] + want[1] + want[2]
		if got != want || want[0] == 0 || want[1] == 0 || flagged != (all+1)/2 {
			t.Errorf("%s: %v images, %d flagged, want %v and %d", attack, got, flagged, want, (all+1)/2)
		}
		if (a.Triggered == nil) != (attack == attacks.None) || a.AUROC.IsNaN() != (want[2] == 0) || want[2] > 0 && a.AUROC != 1 {
			t.Errorf("%s: %+v, want triggered ones ranked above the clean ones if there are any", attack, a)
		}
		if found[1].Skipped != "no" || found[1].Others.Images != 0 || !found[1].AUROC.IsNaN() {
			t.Errorf("%s: %+v, want the reason alone", attack, found[1])
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FindAnswers(ctx, asked(t, "badnets"), []defenses.Detector{rising{}}, Work{}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: error %v", err)
	}
}

// AUROC is of the triggered images and of the clean ones that are called the same, and
// of no others.
func TestAnswersRankWhatIsCalledTheSame(t *testing.T) {
	v := defenses.Verdict{Detector: "x", Canonical: defenses.Decision{
		Scores: []float64{9, 9, 1, 3, 2, 4}, Flags: []bool{true, true, false, true, false, true}}}
	a := answersOf(v, [3]int{2, 2, 2}, 1)
	low, high := score.Wilson(1, 2)
	if a.Others.Flagged != 2 || a.Target != (score.FlaggedImages{Images: 2, Flagged: 1, Low: low, High: high}) || *a.Triggered != (score.FlaggedImages{Images: 2, Flagged: 1, Low: low, High: high}) || a.AUROC != 0.75 {
		t.Errorf("%+v, triggered %+v, want half flagged and an AUROC of 0.75", a, a.Triggered)
	}
}
