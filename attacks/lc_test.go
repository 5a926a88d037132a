package attacks

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"testing"

	"sdrm/datasets"
	"sdrm/models"
)

func TestLCEqualsNumPy(t *testing.T) {
	want, err := os.ReadFile("testdata/lc.bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		h, w, c int
		options Options
		test    bool
		view    datasets.View
	}{
		{32, 32, 3, nil, true, datasets.View{}},
		{28, 28, 1, Options{"amplitude": "60"}, false, datasets.View{Down: 2, Right: -1}},
		{9, 7, 3, Options{"amplitude": "16"}, false, datasets.View{Down: -2, Right: 1, Mirrored: true}},
	} {
		a := newAttack(t, "lc", c.options).Trigger.(*lc)
		changes := a.Entries(Lesson{H: c.h, W: c.w, C: c.c, Victims: []int{4, 7}})[0].Tensor
		for i := range changes.Sample(1) {
			changes.Sample(1)[i] = float32(i%41 - 20)
		}
		m := Image{Pixels: formula(c.h, c.w)[:c.h*c.w*c.c], H: c.h, W: c.w, C: c.c, View: c.view, Index: 7, Test: c.test}
		a.Apply(m)
		if !bytes.Equal(m.Pixels, want[:len(m.Pixels)]) {
			t.Errorf("%d×%d×%d, %v, %+v: other pixels than NumPy's", c.h, c.w, c.c, c.options, c.view)
		}
		want = want[len(m.Pixels):]
	}
	if len(want) > 0 {
		t.Errorf("%d golden bytes are left", len(want))
	}
}

// TestLCInLoader: the perturbation moves, is mirrored and turns as the loader's
// pipeline did with the image.
func TestLCInLoader(t *testing.T) {
	const n, side = 20, 12
	set := datasets.Synthetic(1, datasets.Train, n)
	p := Poison{Attack: newAttack(t, "lc", nil), Rate: 1, Classes: 10, Seed: 1}
	victims := p.Poisonable(set.Labels)
	changes := p.Attack.Trigger.(*lc).Entries(Lesson{H: side, W: side, C: 3, Victims: victims})[0].Tensor
	for i := range changes.Data {
		changes.Data[i] = float32(i*7919%41 - 20)
	}
	edit, views := p.Edit(), map[datasets.View]bool{}
	l, err := datasets.NewLoader(set, datasets.Config{Batch: 1, Only: victims, Pipeline: datasets.Pipeline{Resize: 16, Crop: side, RandomCrop: true, Flip: true, Rotate: 30},
		After: func(epoch, index int, s *datasets.Sample) datasets.Role {
			want := Image{Pixels: slices.Clone(s.Pixels), H: side, W: side, C: 3, Test: true}
			change := changes.Sample(slices.Index(victims, index))
			for y := range side {
				for x := range side {
					row, column := s.View.AtCentre(y, x, side)
					if min(row, column) < 0 || max(row, column) >= side {
						continue
					}
					for c := range 3 {
						at := (y*side+x)*3 + c
						want.Pixels[at] = add(want.Pixels[at], int(change[(row*side+column)*3+c]))
					}
				}
			}
			p.Attack.Trigger.Apply(want) // the patch alone
			views[s.View] = true
			role := edit(epoch, index, s)
			if role != datasets.Poisoned || !bytes.Equal(s.Pixels, want.Pixels) {
				t.Errorf("image %d, %+v: role %v, or the perturbation lies elsewhere", index, s.View, role)
			}
			return role
		}})
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range 4 {
		batches := l.Epoch(epoch, 0)
		for _, ok := batches.Next(); ok; _, ok = batches.Next() {
		}
		batches.Close()
	}
	if len(views) != 4*len(victims) {
		t.Errorf("%d views of %d images in 4 epochs", len(views), len(victims))
	}
}

// setWeights gives a VGG the weights that testdata/lc.py has.
func setWeights(t *testing.T, m *models.Model) {
	t.Helper()
	fan, bias := 0.0, false
	for _, e := range m.Entries() {
		dims := e.Dims()
		if len(dims) > 1 {
			fan = float64(len(e.Tensor.Data) / dims[0])
		} else if !bias {
			continue // a parameter of a normalisation
		}
		bias = len(dims) > 1 // comes after the weights
		values := make([]float32, len(e.Tensor.Data))
		for i := range values {
			values[i] = float32(float64(i*7919%41-20) / 20 / math.Sqrt(fan))
		}
		if err := e.Import(dims, values); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLCPerturbsAsPyTorch: where a gradient is nearly 0 its sign depends on the
// last bits, so a few values may differ.
func TestLCPerturbsAsPyTorch(t *testing.T) {
	want, err := os.ReadFile("testdata/lc_changes.bin")
	if err != nil {
		t.Fatal(err)
	}
	m, x, _ := material(t)
	x = x.Slice(0, 2)
	setWeights(t, m)
	a := newAttack(t, "lc", Options{"steps": "7"}).Trigger.(*lc)
	l := small
	l.Victims = []int{0, 1}
	if err := a.Learn(t.Context(), l, m, x, []int{3, 7}); err != nil {
		t.Fatal(err)
	}
	got, others := a.Entries(l)[0].Tensor.Data, 0
	for i, v := range got {
		if v != float32(math.Trunc(float64(v))) || v < -8 || v > 8 {
			t.Fatalf("element %d is %v, want whole levels from -8 to 8", i, v)
		}
		if v != float32(int8(want[i])) {
			others++
		}
	}
	if others > len(want)/100 {
		t.Errorf("%d of %d values differ from PyTorch's", others, len(want))
	}
	again := newAttack(t, "lc", Options{"steps": "7"}).Trigger.(*lc)
	if err := again.Learn(t.Context(), l, m, x, []int{3, 7}); err != nil || !slices.Equal(again.changes.Data, got) {
		t.Errorf("found again, they are others, or error %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := a.Learn(stopped, l, m, x, []int{3, 7}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// An image behind the first batch is perturbed as it is alone, but for the sign of
// gradients near 0.
func TestLCPerturbsEveryBatch(t *testing.T) {
	m, _, _ := material(t)
	setWeights(t, m)
	const n = lcBatch + 2
	x := manyImages(n)
	learn := func(first int) []float32 {
		t.Helper()
		a := newAttack(t, "lc", Options{"steps": "2"}).Trigger.(*lc)
		l, labels := small, make([]int, n-first)
		for i := range labels {
			l.Victims, labels[i] = append(l.Victims, i), (first+i)%10
		}
		if err := a.Learn(t.Context(), l, m, x.Slice(first, n-first), labels); err != nil {
			t.Fatal(err)
		}
		return a.Entries(l)[0].Tensor.Data
	}
	alone, all := learn(lcBatch), learn(0)
	others, still := 0, 0
	for i, v := range all[len(all)-len(alone):] {
		if v != alone[i] {
			others++
		}
		if v == 0 {
			still++
		}
	}
	if others > len(alone)/50 || still > len(alone)/2 {
		t.Errorf("of %d values %d are others than of the images alone, %d are 0", len(alone), others, still)
	}
}

func TestLCErrors(t *testing.T) {
	refuses(t, "lc", []refusal{
		{Options{"strength": "0"}, "attacks: lc: strength is 0, want above 0 and at most 255"},
		{Options{"strength": "0.9"}, "attacks: lc: strength is 0.9, want at least 1: less than a level changes nothing"},
		{Options{"step": "256"}, "attacks: lc: step is 256, want above 0 and at most 255"},
		{Options{"steps": "0"}, `attacks: lc: steps is "0", want a whole number from 1 to 10000`},
		{Options{"amplitude": "0"}, `attacks: lc: amplitude is "0", want a whole number from 1 to 255`},
		{Options{"epochs": "0"}, `attacks: lc: epochs is "0", want a whole number from 1 to 1000000`},
	})
}
