package train

import (
	"sdrm/autograd"
	"sdrm/datasets"
)

// LeastOfClass is how many benign and how many malicious samples a class must have
// in a batch to be compared, where classes are compared each by itself (ours).
const LeastOfClass = 2

// group are the samples of a batch that the regulariser compares with each other:
// benign ones of a class, and malicious ones that the attack leads to it. Covers are
// neither.
type group struct{ benign, malicious []int }

// makeGroups makes a group of the target, or of every class if the attack leads
// each to another.
func (t *Trainer) makeGroups() {
	t.groups = make([]group, 1)
	if t.config.AllToAll {
		t.groups = make([]group, t.config.Model.Classes)
	}
}

// group returns that of a class, nil if it is not compared.
func (t *Trainer) group(class int) *group {
	switch {
	case t.config.AllToAll:
		return &t.groups[class]
	case class == t.config.Target:
		return &t.groups[0]
	}
	return nil
}

// split finds the samples of the batch that the regulariser compares.
func (t *Trainer) split(b *datasets.Batch) {
	for i := range t.groups {
		g := &t.groups[i]
		g.benign, g.malicious = g.benign[:0], g.malicious[:0]
	}
	for i, role := range b.Roles {
		switch role {
		case datasets.Clean:
			if g := t.group(b.Original[i]); g != nil {
				g.benign = append(g.benign, i)
			}
		case datasets.Poisoned:
			if g := t.group(b.Labels[i]); g != nil {
				g.malicious = append(g.malicious, i)
			}
		}
	}
}

// distance records the regulariser's distance of a level: of the target's group, or
// the mean over the classes that have enough samples of either kind, 0 without a
// gradient if none has.
func (t *Trainer) distance(level int, v *autograd.Var) *autograd.Var {
	measure := t.measure[level]
	if !t.config.AllToAll {
		return measure(t.tape, v, t.groups[0].benign, t.groups[0].malicious)
	}
	t.byClass, t.shares = t.byClass[:0], t.shares[:0]
	for _, g := range t.groups {
		if min(len(g.benign), len(g.malicious)) >= LeastOfClass {
			t.byClass = append(t.byClass, measure(t.tape, v, g.benign, g.malicious))
		}
	}
	if len(t.byClass) == 0 {
		return measure(t.tape, v, nil, nil)
	}
	for range t.byClass {
		t.shares = append(t.shares, 1/float32(len(t.byClass)))
	}
	return autograd.WeightedSum(t.tape, t.shares, t.byClass)
}
