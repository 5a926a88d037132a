package defenses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/internal/golden"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

func TestTEDGolden(t *testing.T) {
	for i, c := range golden.Read[othersGolden](t, "testdata/others.json").TED {
		layers := func(of [][][]float32) (out []*tensor.Tensor) {
			for _, rows := range of {
				m := matrix(rows)
				out = append(out, &tensor.Tensor{Shape: tensor.Shape{m.Rows, 1, 1, m.Cols}, Data: m.Data})
			}
			return out
		}
		b := &bank{labels: c.Labels, layers: layers(c.Bank)}
		got := tensor.Matrix(make([]float32, len(c.Ranks)*len(c.Bank)), len(c.Ranks), len(c.Bank))
		rankLoop.Run(got.Rows, rankArgs{asm.Current(), b, layers(c.X), got.Data})
		for row, want := range c.Ranks {
			for k, v := range want {
				if got.At(row, k) != v {
					t.Errorf("case %d: rank of sample %d at layer %d is %v, want %v", i, row, k, got.At(row, k), v)
				}
			}
		}
		fitted := got
		fitted.Rows /= 2
		fit, err := linalg.PCA(fitted, got.Cols)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range outlyingness(fit, got) {
			near(t, fmt.Sprint("case ", i, ": outlyingness of sample ", j), v, c.Outlyingness[j], 1e-4*(1+c.Outlyingness[j]))
		}
	}
}

func TestRanks(t *testing.T) {
	row := func(v ...float32) *tensor.Tensor {
		return &tensor.Tensor{Shape: tensor.Shape{len(v), 1, 1, 1}, Data: v}
	}
	logits := func(class int) *tensor.Tensor {
		x := tensor.New(tensor.Shape{1, 1, 1, 4})
		x.Data[class] = 1
		return x
	}
	four := tensor.New(tensor.Shape{5, 1, 1, 4})
	b := &bank{labels: []int{0, 0, 1, 1, 2}, layers: []*tensor.Tensor{row(0, 10, 1, 11, 2), four}}
	for _, c := range []struct {
		value float32
		class int
		want  float32
	}{
		{0, 0, 0}, {0, 1, 1}, {0, 2, 2}, {12, 0, 1}, {12, 2, 2},
		{6, 0, 0}, {6, 2, 0}, // 4 away from both: a tie is not nearer
		{0, 3, 5}, // none of the class in the bank
	} {
		out := make([]float32, 2)
		rankLoop.Run(1, rankArgs{asm.Current(), b, []*tensor.Tensor{row(c.value), logits(c.class)}, out})
		if out[0] != c.want {
			t.Errorf("value %v of class %d: rank %v, want %v", c.value, c.class, out[0], c.want)
		}
	}
}

// The threshold of TED is of clean images that neither the bank nor the fit has seen.
func TestTEDThresholdIsOfHeldOutImages(t *testing.T) {
	in, _ := shown(4, 160)
	var err error
	if in.Model, err = models.New("vgg5", 3, fewClasses, 1); err != nil { // not trained: ranks differ
		t.Fatal(err)
	}
	n := newNetwork(TED{}, in)
	called, err := n.classes(t.Context(), in.CleanImages)
	if err != nil {
		t.Fatal(err)
	}
	in.CleanLabels = slices.Clone(called)
	for at := 0; at < len(called); at += 7 { // some are wrong
		in.CleanLabels[at] = (called[at] + 2) % fewClasses
	}
	right := func(at int) bool { return called[at] == in.CleanLabels[at] }
	perClass := make([]int, fewClasses)
	var inBank, fitted, heldOut []int
	rest := 0
	for _, at := range in.shuffledClean(0) {
		switch class := in.CleanLabels[at]; {
		case perClass[class] < tedBank:
			if right(at) {
				perClass[class]++
				inBank = append(inBank, at)
			}
		default:
			if rest++; rest%2 == 0 {
				heldOut = append(heldOut, at)
			} else if right(at) {
				fitted = append(fitted, at)
			}
		}
	}
	bank, err := n.newBank(t.Context(), pick(in.CleanImages, inBank), in.CleanLabels, inBank)
	if err != nil {
		t.Fatal(err)
	}
	ranks := func(places []int) tensor.View {
		found, err := bank.ranks(t.Context(), pick(in.CleanImages, places))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	seen := ranks(fitted)
	fit, err := linalg.PCA(seen, seen.Cols)
	if err != nil {
		t.Fatal(err)
	}
	threshold := func(places []int) float64 {
		outlying := outlyingness(fit, ranks(places))
		slices.Sort(outlying)
		return outlying[int(math.Ceil(0.95*float64(len(places)+1)))-1]
	}
	want, wrong := threshold(heldOut), threshold(fitted)
	if got := verdict(t, TED{}, in).Canonical.Threshold; got != want || want == wrong {
		t.Errorf("threshold %v, want %v of %d held-out images, not %v of %d fitted ones", got, want, len(heldOut), wrong, len(fitted))
	}
}
