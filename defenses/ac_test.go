package defenses

import (
	"testing"

	"sdrm/defenses/score"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// TestTrapSmallerClusterAlwaysFlagged is the default of the Adversarial
// Robustness Toolbox, which gives up half of every clean class.
func TestTrapSmallerClusterAlwaysFlagged(t *testing.T) {
	x, truth := latents(4, 60, 40, 4)
	v, _, best := inspect(t, "ac", input(x, truth), truth)
	if got := score.Count(v.Canonical.Flags); got != 0 {
		t.Errorf("a cluster of 40 %% is flagged: %d samples", got)
	}
	near(t, "best F1", best.F1, 1, 1e-12)
}

// TestTrapFlagsLeftUnset is the silhouette rule of the Adversarial Robustness
// Toolbox, which leaves the flags of the larger cluster uninitialised: the two
// clusters must be each other's complement.
func TestTrapFlagsLeftUnset(t *testing.T) {
	x, truth := latents(9, 70, 30, 4)
	v, _, _ := inspect(t, "ac-silhouette", input(x, truth), truth)
	for i := range truth {
		if v.Options[0].Flags[i] == v.Options[1].Flags[i] {
			t.Errorf("sample %d is in both clusters or in none", i)
		}
		if v.Canonical.Flags[i] != v.Options[0].Flags[i] {
			t.Errorf("sample %d: the canonical flag is not that of the smaller cluster", i)
		}
		if o := v.Options[0]; o.Flags[i] != (o.Scores[i] > 0) {
			t.Errorf("sample %d: flag %v, score %v", i, o.Flags[i], o.Scores[i])
		}
	}
}

// TestDistanceRule: latents among the samples of another class are nearer to
// it.
func TestDistanceRule(t *testing.T) {
	x, truth := latents(1, 70, 30, 0)
	in := input(x, truth)
	for i, malicious := range truth {
		if malicious {
			copy(x.Data[i*width:(i+1)*width], in.Others[2].Data[i%60*width:])
		}
	}
	_, canonical, _ := inspect(t, "ac-distance", in, truth)
	near(t, "F1", canonical.F1, 1, 1e-12)
}

// TestSilhouetteRule: a small cluster that is but a part of a cloud is spared.
func TestSilhouetteRule(t *testing.T) {
	flagged := map[string]int{}
	for seed := range uint64(12) {
		x, truth := latents(seed, 60, 0, 0)
		for i := range x.Data { // a tail to cut off
			if i%width < 3 {
				x.Data[i] += x.Data[i] * max(x.Data[i], 0)
			}
		}
		for _, name := range []string{"ac", "ac-silhouette", "ac-smaller"} {
			v, _, _ := inspect(t, name, input(x, truth), truth)
			flagged[name] += score.Count(v.Canonical.Flags)
		}
	}
	if flagged["ac-silhouette"] > flagged["ac"] || flagged["ac"] >= flagged["ac-smaller"] {
		t.Errorf("flagged of 720 clean samples: %v", flagged)
	}
}

// A share of 0.35 is not below 0.35.
func TestClustersAtTheShareAreNotFlagged(t *testing.T) {
	for small, want := range map[int]int{6: 6, 7: 0} {
		x := tensor.Matrix(make([]float32, 40), 20, 2)
		for i := range 20 {
			x.Data[2*i+1] = float32(i) / 100
			if i < small {
				x.Data[2*i] = 10
			}
		}
		for _, d := range []ActivationClustering{{}, {rule: bySilhouette}} {
			v, err := d.Inspect(t.Context(), Input{Latents: x})
			if err != nil {
				t.Fatal(err)
			}
			if got := score.Count(v.Canonical.Flags); got != want {
				t.Errorf("%s, %d of 20: %d are flagged, want %d", d.Name(), small, got, want)
			}
		}
	}
}

func TestTheFirstOfEqualClustersIsTheSmaller(t *testing.T) {
	for _, labels := range [][]int{{0, 1, 1, 0}, {0, 0, 0, 1}, {1, 1, 1, 0}} {
		want := 0
		if labels[0] == labels[1] {
			want = 1 - labels[0]
		}
		c := newClusters(linalg.Clustering{Labels: labels}, tensor.View{})
		if c.smaller != want {
			t.Errorf("%v: %d, want %d", labels, c.smaller, want)
		}
	}
}
