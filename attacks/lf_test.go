package attacks

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/models"
	"sdrm/tensor"
)

// small is a lesson of images of 16×16.
var small = Lesson{H: 16, W: 16, C: 3, Seed: 1}

// material is what a Learner may learn from: a model with its initial weights and
// some images.
func material(t *testing.T) (*models.Model, *tensor.Tensor, []int) {
	t.Helper()
	m, err := models.New("vgg5", 3, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(tensor.Shape{3, 16, 16, 3})
	for i, v := range formula(48, 16) {
		x.Data[i] = float32(v) / 255
	}
	return m, x, []int{1, 0, 2}
}

func TestLFLearnsASmoothPatternTowardsTheTarget(t *testing.T) {
	m, x, labels := material(t)
	learn := func() []float32 {
		l := newAttack(t, "lf", Options{"strength": "20.5", "passes": "4"}).Trigger.(Learner)
		if err := l.Learn(t.Context(), small, m, x, labels); err != nil {
			t.Fatal(err)
		}
		return l.Entries(small)[0].Tensor.Data
	}
	pattern := learn()
	top := 0.0
	for i, v := range pattern {
		top = max(top, math.Abs(float64(v)))
		if v != float32(math.Trunc(float64(v))) {
			t.Fatalf("element %d is %v, want whole levels", i, v)
		}
		if i >= 3 && i/3%16 > 0 && math.Abs(float64(v-pattern[i-3])) > 4 {
			t.Errorf("element %d is %v, beside it is %v: not smooth", i, v, pattern[i-3])
		}
	}
	if top != 20 {
		t.Errorf("the largest change is %v, want 20, the largest whole level up to 20.5", top)
	}
	if !slices.Equal(pattern, learn()) {
		t.Error("learned again, it is another")
	}
	loss := func(strength float32) float32 {
		y := tensor.New(x.Shape)
		for i, v := range x.Data {
			y.Data[i] = v + strength*pattern[i%len(pattern)]/255
		}
		var tape autograd.Tape
		tape.Reset(autograd.Inference)
		return autograd.SoftmaxCrossEntropy(&tape, m.Forward(&tape, tape.Input(y), nil), []int{0, 0, 0}).Value.Data[0]
	}
	if with, without := loss(1), loss(0); with >= without {
		t.Errorf("the loss towards the target is %v with the pattern and %v without", with, without)
	}
}

// TestLFSmooths: an impulse becomes a Gaussian of 6 pixels, which ends 15 from it.
func TestLFSmooths(t *testing.T) {
	const h, w, c, y, x = 40, 50, 3, 17, 22
	var tap [16]float64
	total := 0.0
	for i := range tap {
		tap[i] = math.Exp(-float64(i*i) / 72)
		total += 2 * tap[i]
	}
	total -= tap[0]
	got := make([]float64, h*w*c)
	got[(y*w+x)*c+1] = 1
	smooth(got, h, w, c)
	for i, v := range got {
		want, down, right := 0.0, max(i/c/w-y, y-i/c/w), max(i/c%w-x, x-i/c%w)
		if i%c == 1 && max(down, right) < len(tap) {
			want = tap[down] / total * tap[right] / total
		}
		if math.Abs(v-want) > 1e-15 {
			t.Fatalf("%d rows and %d columns from the impulse, channel %d: %v, want %v", down, right, i%c, v, want)
		}
	}
}

// A set whose classes take turns, as folders of images do, is shown with all of them,
// and no place twice.
func TestLFLearnsFromAllClasses(t *testing.T) {
	l := newAttack(t, "lf", nil).Trigger.(Learner)
	for _, classes := range []int{2, 10, 43, 200} {
		places := l.From(small, 100*1000)
		seen := map[int]bool{}
		for i, place := range places {
			if i > 0 && place <= places[i-1] || place < 0 || place >= 100*1000 {
				t.Fatalf("place %d is %d, after %d", i, place, places[max(i-1, 0)])
			}
			seen[place%classes] = true
		}
		if want := min(classes, 100) / 3; len(places) != 100 || len(seen) <= want {
			t.Errorf("%d classes in turns: %d places of %d classes, want 100 of more than %d", classes, len(places), len(seen), want)
		}
	}
	if places := l.From(small, 7); !slices.Equal(places, []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("of seven images %v, want all", places)
	}
	if slices.Equal(l.From(small, 1000), l.From(Lesson{Seed: 2}, 1000)) {
		t.Error("another seed draws the same places")
	}
}

// manyImages are n images of 16×16, no two alike.
func manyImages(n int) *tensor.Tensor {
	x := tensor.New(tensor.Shape{n, 16, 16, 3})
	for i, v := range formula(16*n, 16) {
		x.Data[i] = float32(v) / 255
	}
	return x
}

// Every image is shown in a pass, and passes end when enough images are called the
// target.
func TestLFPasses(t *testing.T) {
	m, _, _ := material(t)
	const n = 2 * lfBatch
	x := manyImages(n)
	var tape autograd.Tape
	tape.Reset(autograd.Inference)
	called := tensor.ArgMax(m.Forward(&tape, tape.Input(x), nil).Value.Sample(0)) // as all are by initial weights, nearly
	learn := func(x *tensor.Tensor, target int, o Options) []float32 {
		t.Helper()
		labels := make([]int, n)
		for i := range labels {
			labels[i] = (target + 1) % 10
		}
		lesson := small
		lesson.Target = target
		l := newAttack(t, "lf", o).Trigger.(Learner)
		if err := l.Learn(t.Context(), lesson, m, x, labels); err != nil {
			t.Fatal(err)
		}
		return slices.Clone(l.Entries(lesson)[0].Tensor.Data)
	}
	once, often := Options{"passes": "1"}, Options{"passes": "3"}
	if !slices.Equal(learn(x, called, once), learn(x, called, often)) {
		t.Error("images that are called the target do not end the passes")
	}
	other := (called + 1) % 10
	never := Options{"passes": "3", "fooling": "1"}
	if slices.Equal(learn(x, other, once), learn(x, other, never)) {
		t.Error("passes end though no image is called the target")
	}
	changed := manyImages(n)
	for i := lfBatch; i < n; i++ {
		for k, v := range x.Sample(i) {
			changed.Sample(i)[k] = 1 - v
		}
	}
	if slices.Equal(learn(x, other, once), learn(changed, other, once)) {
		t.Error("images behind the first batch change nothing")
	}
}

func TestLFCannotLearn(t *testing.T) {
	m, x, _ := material(t)
	l := newAttack(t, "lf", nil).Trigger.(Learner)
	if err := l.Learn(t.Context(), small, m, x, []int{0, 0, 0}); err == nil {
		t.Error("no error without an image of another class")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := l.Learn(stopped, small, m, x, []int{1, 1, 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	for _, e := range m.Entries() {
		clear(e.Tensor.Data)
	}
	if err := l.Learn(t.Context(), small, m, x, []int{1, 1, 1}); err == nil {
		t.Error("no error with a model that has no gradient")
	}
}

func TestLFAddsWhatItLearned(t *testing.T) {
	a := newAttack(t, "lf", nil)
	copy(a.Trigger.(Learner).Entries(Lesson{H: 1, W: 2, C: 3})[0].Tensor.Data, []float32{-20, -20, 0, 7, 20, 20})
	pixels := []uint8{19, 21, 5, 5, 235, 236}
	apply(a, pixels, 1, 2)
	if want := []uint8{0, 1, 5, 12, 255, 255}; !slices.Equal(pixels, want) {
		t.Errorf("%v, want %v", pixels, want)
	}
	for name, do := range map[string]func(){
		"images of another size":  func() { apply(a, make([]uint8, 12), 2, 2) },
		"entries of another size": func() { a.Trigger.(Learner).Entries(Lesson{H: 2, W: 2, C: 3}) },
		"nothing learned":         func() { apply(newAttack(t, "lf", nil), make([]uint8, 6), 1, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
	refuses(t, "lf", []refusal{
		{Options{"strength": "256"}, "attacks: lf: strength is 256, want above 0 and at most 255"},
		{Options{"strength": "0.6"}, "attacks: lf: strength is 0.6, want at least 1: less than a level changes nothing"},
		{Options{"epochs": "0"}, `attacks: lf: epochs is "0", want a whole number from 1 to 1000000`},
		{Options{"passes": "0"}, `attacks: lf: passes is "0", want a whole number from 1 to 1000`},
		{Options{"fooling": "2"}, "attacks: lf: fooling is 2, want above 0 and at most 1"},
	})
}
