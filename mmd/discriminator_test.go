package mmd

import (
	"math"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// untrained returns a discriminator of a level of 6 channels whose last layer knows
// something, the level, and two sets of its samples of unequal size.
func untrained() (d *discriminator, level *autograd.Var, benign, malicious []int) {
	d = newDiscriminator(3, 1, 6)
	draw := rng.New(5, rng.Generate, 0, 0)
	level = autograd.NewParam(tensor.New(tensor.Shape{8, 2, 3, 6}))
	for _, p := range []*autograd.Var{level, d.parameters[4].Var} {
		for i := range p.Value.Data {
			p.Value.Data[i] = float32(draw.Uniform(-1, 1))
		}
	}
	return d, level, []int{0, 3, 4, 7, 3}, []int{1, 6, 2}
}

// What the discriminator makes of the sets, by the formula in float64.
func TestDiscriminatorEqualsItsFormula(t *testing.T) {
	d, level, benign, malicious := untrained()
	value := func() float64 {
		score := func(sample int) float64 {
			x := make([]float64, 6)
			for i, v := range level.Value.Sample(sample) {
				x[i%6] += float64(v) / 6
			}
			for layer := 0; layer < len(d.parameters); layer += 2 {
				w, b := d.parameters[layer].Var.Value, d.parameters[layer+1].Var.Value
				y := make([]float64, w.Shape.C())
				for o := range y {
					y[o] = float64(b.Data[o])
					for i, v := range x {
						if layer > 0 {
							v = max(v, 0)
						}
						y[o] += v * float64(w.Data[i*len(y)+o])
					}
				}
				x = y
			}
			return x[0]
		}
		loss := 0.0
		for _, i := range benign {
			loss += math.Log1p(math.Exp(score(i))) / float64(2*len(benign))
		}
		for _, i := range malicious {
			loss += math.Log1p(math.Exp(-score(i))) / float64(2*len(malicious))
		}
		return math.Ln2 - loss
	}
	var tape autograd.Tape
	tape.Reset(autograd.Training)
	l := d.term(&tape, level, benign, malicious)
	near(t, "value", float64(l.Value.Data[0]), value(), 1e-6)
	tape.Backward(l)

	// The level descends along L, the parameters climb it.
	check := func(what string, v *autograd.Var, sign float64) {
		for i := 0; i < len(v.Value.Data); i += 1 + len(v.Value.Data)/40 {
			const h = 1.0 / 4096
			was := v.Value.Data[i]
			v.Value.Data[i] = was + h
			above := value()
			v.Value.Data[i] = was - h
			near(t, what, float64(v.Grad.Data[i]), sign*(above-value())/(2*h), 2e-4)
			v.Value.Data[i] = was
		}
	}
	check("gradient of the level", level, 1)
	for _, p := range d.parameters {
		check("gradient of "+p.Name, p.Var, -1)
	}
}

// At first it knows nothing; steps along its own gradient teach it.
func TestDiscriminatorLearns(t *testing.T) {
	level, benign, malicious := batch()
	for _, i := range malicious {
		for k := range level.Value.Sample(i) {
			level.Value.Sample(i)[k] += 0.5
		}
	}
	d := newDiscriminator(3, 0, level.Value.Shape.C())
	var tape autograd.Tape
	last := float32(0)
	for step := range 30 {
		tape.Reset(autograd.Training)
		l := d.term(&tape, tape.Input(level.Value), benign, malicious)
		if step == 0 && l.Value.Data[0] != 0 {
			t.Errorf("before the first step it tells them apart by %v", l.Value.Data[0])
		}
		last = l.Value.Data[0]
		tape.Backward(l)
		for _, p := range d.parameters {
			for i, g := range p.Var.Grad.Data {
				p.Var.Value.Data[i] -= 0.3 * g
			}
		}
	}
	if !(last > 0.2 && last < math.Ln2) {
		t.Errorf("after 30 steps it tells them apart by %v", last)
	}
}
