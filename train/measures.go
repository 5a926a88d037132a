package train

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/layers"
	"sdrm/mmd"
	"sdrm/tensor"
)

// learnedPrefix comes before the names of what a regulariser trains where that is
// stored.
const learnedPrefix = "regulariser."

// makeMeasures makes the distances of the levels, and what they train.
func (t *Trainer) makeMeasures() {
	c := &t.config
	t.measure = make([]mmd.Term, len(c.Model.Levels))
	if c.Learned != nil {
		t.makeLearned()
		return
	}
	for level := range t.measure {
		t.measure[level] = c.Distance
		if c.Distance == nil {
			t.measure[level] = mmd.PrototypeLoss
		}
	}
}

// makeLearned makes distances that learn, of the levels that are part of the loss;
// that of another is 0.
func (t *Trainer) makeLearned() {
	h, w, channels := t.config.Images.Size()
	image := tensor.New(tensor.Shape{1, h, w, channels})
	t.tape.Reset(autograd.Inference)
	t.config.Model.Forward(t.tape, t.tape.Input(image), func(level int, v *autograd.Var) {
		if !t.weighed[level] || t.config.Lambda == 0 {
			t.measure[level] = none
			return
		}
		learned := t.config.Learned(level, v.Value.Shape.C())
		t.measure[level] = learned.Term
		for _, p := range learned.Parameters {
			e := layers.Entry{Name: fmt.Sprintf("%s%s.%s", learnedPrefix, t.config.Model.Levels[level], p.Name), Layout: layers.Vector, Tensor: p.Var.Value, Var: p.Var}
			if p.Var.Value.Shape.N() > 1 {
				e.Layout = layers.Matrix
			}
			t.learned = append(t.learned, e)
		}
	})
}

// none is the distance of a level for which none was learned.
func none(t *autograd.Tape, _ *autograd.Var, _, _ []int) *autograd.Var {
	zero := t.Saved(tensor.Shape{1, 1, 1, 1})
	zero.Data[0] = 0
	return t.Input(zero)
}
