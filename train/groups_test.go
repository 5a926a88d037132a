package train

import (
	"math"
	"testing"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/mmd"
	"sdrm/tensor"
)

// An attack on every class is compared class by class: with the mean over those
// that have two benign and two malicious images in the batch.
func TestEveryClassIsComparedByItself(t *testing.T) {
	const clean, poisoned, cover = datasets.Clean, datasets.Poisoned, datasets.Cover
	b := &datasets.Batch{
		Original: []int{3, 2, 3, 2, 0, 9, 0, 9, 1, 5, 4, 4, 3},
		Labels:   []int{3, 3, 3, 3, 0, 0, 0, 0, 1, 5, 5, 5, 3},
		Roles:    []datasets.Role{clean, poisoned, clean, poisoned, clean, poisoned, clean, poisoned, clean, clean, poisoned, poisoned, cover},
	}
	b.N = len(b.Roles)
	c := tiny(t, "")
	c.AllToAll = true
	trainer := New(c)
	trainer.split(b)

	level := autograd.NewParam(tensor.New(tensor.Shape{b.N, 1, 1, 5}))
	for i := range level.Value.Data {
		level.Value.Data[i] = float32(i*i%17) / 8
	}
	trainer.tape.Reset(autograd.Training)
	d := trainer.distance(0, level)
	of := func(benign, malicious []int) float64 {
		return float64(mmd.PrototypeLoss(trainer.tape, level, benign, malicious).Value.Data[0])
	}
	want := (of([]int{0, 2}, []int{1, 3}) + of([]int{4, 6}, []int{5, 7})) / 2
	if got := float64(d.Value.Data[0]); !(math.Abs(got-want) < 1e-6) || !(want > 0) {
		t.Errorf("distance %v, want %v", got, want)
	}
	trainer.tape.Backward(d)
	for i := range b.N {
		moved := false
		for _, g := range level.Grad.Sample(i) {
			moved = moved || g != 0
		}
		if moved != (i < 8) {
			t.Errorf("sample %d has a gradient: %v", i, moved)
		}
	}

	b.N, b.Roles = 1, b.Roles[:1]
	trainer.split(b)
	trainer.tape.Reset(autograd.Training)
	if d := trainer.distance(0, level); d.Value.Data[0] != 0 || d.NeedsGrad() {
		t.Errorf("a batch without malicious images: distance %v", d.Value.Data[0])
	}
}
