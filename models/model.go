// Package models builds classifiers. Every model names the levels at which the
// difference between benign and malicious samples is measured and reduced.
package models

import (
	"fmt"
	"slices"
	"strings"

	"sdrm/autograd"
	"sdrm/layers"
)

// Model is a classifier of N×H×W×3 images.
type Model struct {
	// Name is what New was called with.
	Name string
	// Classes is the number of logits.
	Classes int
	// Levels are the names of the levels, the deepest last.
	Levels []string

	body, head parts
	levelAfter map[int]int // level by the number of the module in body
	entries    []layers.Entry
	params     []*autograd.Var
}

// parts is a sequence of modules whose names begin with a prefix.
type parts struct {
	prefix string // empty or ending in a dot
	layers.Sequential
}

func (p *parts) add(modules ...layers.Module) { p.Sequential = append(p.Sequential, modules...) }

// definition is a model that New can build.
type definition struct {
	name  string
	build func(m *Model, b *layers.Builder)
}

// definitions holds every model, one family after the other.
var definitions = slices.Concat(vggs, resnets)

// Names returns the names that New knows.
func Names() []string {
	names := make([]string, len(definitions))
	for i, d := range definitions {
		names[i] = d.name
	}
	return names
}

// New returns a model with initial weights drawn from seed. The error of an
// unknown name lists the known ones.
func New(name string, classes int, seed uint64) (*Model, error) {
	if classes < 2 {
		return nil, fmt.Errorf("model %s: found %d classes, expected at least 2", name, classes)
	}
	for _, d := range definitions {
		if d.name == name {
			m := &Model{Name: name, Classes: classes}
			d.build(m, layers.NewBuilder(seed))
			m.list()
			return m, nil
		}
	}
	return nil, fmt.Errorf("model: found %q, expected one of %s", name, strings.Join(Names(), ", "))
}

func (m *Model) list() {
	collect := func(e layers.Entry) {
		m.entries = append(m.entries, e)
		if e.Var != nil {
			m.params = append(m.params, e.Var)
		}
	}
	m.body.Visit(m.body.prefix, collect)
	m.head.Visit(m.head.prefix, collect)
}

// Forward records the model on x, N×H×W×3 with values in [0, 1], and returns
// the logits, {N,1,1,Classes}.
//
// onLevel, unless it is nil, is called with every level right after its ReLU
// was recorded and before the next layer is. A loss that it records there is
// met, on the way back, when the level already holds the gradient of the layers
// above.
func (m *Model) Forward(t *autograd.Tape, x *autograd.Var, onLevel func(level int, v *autograd.Var)) *autograd.Var {
	isLevel := func(i int) bool { _, ok := m.levelAfter[i]; return ok && onLevel != nil }
	x = m.body.Observe(t, x, isLevel, func(i int, v *autograd.Var) { onLevel(m.levelAfter[i], v) })
	return m.head.Forward(t, x)
}

// Params returns the parameters in PyTorch's order. The slice is the model's.
func (m *Model) Params() []*autograd.Var { return m.params }

// Entries returns the parameters and buffers in PyTorch's order, under
// PyTorch's names. The slice is the model's.
func (m *Model) Entries() []layers.Entry { return m.entries }
