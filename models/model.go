// Package models builds classifiers. Every model names the levels at which the
// difference between benign and malicious samples is measured and reduced.
package models

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/internal/registry"
	"sdrm/layers"
)

// levelCount is the number of levels of a model: the last of its stages have
// one each. It is our choice.
const levelCount = 3

// Model is a classifier of N×H×W×C images.
type Model struct {
	// Name is what New was called with.
	Name string
	// Channels is the number of channels of an image, Classes that of logits.
	Channels, Classes int
	// Levels are the names of the levels, the deepest last.
	Levels []string

	mean, deviation []float32 // that an image is normalised with; nil: it is not

	body, head parts
	levelAfter map[int]int // level by the number of the module in body whose activation it is
	reluAt     []int       // number of a module's activation among all, -1: it has none
	norms      []*layers.BatchNorm2D
	entries    []layers.Entry
	params     []*autograd.Var
}

// parts is a sequence of modules whose names begin with a prefix.
type parts struct {
	prefix string // empty or ending in a dot
	layers.Sequential
}

func (p *parts) add(modules ...layers.Module) { p.Sequential = append(p.Sequential, modules...) }

// addLevel makes the activation of the last module of the body the next level.
func (m *Model) addLevel() {
	m.levelAfter[len(m.body.Sequential)-1] = len(m.Levels)
	m.Levels = append(m.Levels, fmt.Sprintf("s%d", len(m.Levels)+1))
}

// Definition is a registered model.
type Definition struct {
	Name   string // what it is called in specs and on the command line
	Title  string // what its makers call it
	Paper  string // who made it, and where that is written
	Levels string // what its levels are, in words

	build func(m *Model, b *layers.Builder)
}

var definitions = registry.New[Definition]("model")

// register makes a model known. Each family does so in its own file.
func register(d Definition) { definitions.Add(d.Name, d) }

// Names returns the names that New knows, in order.
func Names() []string { return definitions.Names() }

// All returns the models in the order of their names.
func All() []Definition { return definitions.All() }

// New returns a model of images with so many channels, with initial weights
// drawn from seed. The error of an unknown name lists the known ones.
func New(name string, channels, classes int, seed uint64) (*Model, error) {
	if channels < 1 || classes < 2 {
		return nil, fmt.Errorf("model %s: found %d channels and %d classes, expected at least 1 and 2", name, channels, classes)
	}
	d, err := definitions.Find(name)
	if err != nil {
		return nil, err
	}
	m := &Model{Name: name, Channels: channels, Classes: classes, levelAfter: map[int]int{}}
	b := layers.NewBuilder(seed)
	d.build(m, b)
	m.norms = b.BatchNorms()
	m.list()
	return m, nil
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
	relus := 0
	for _, module := range m.body.Sequential {
		at := -1
		if layers.HasActivation(module) {
			at = relus
			relus++
		}
		m.reluAt = append(m.reluAt, at)
	}
}

// Forward records the model on x, N×H×W×C with values in [0, 1], and returns
// the logits, {N,1,1,Classes}.
//
// onLevel, unless it is nil, is called with every level right after its ReLU
// was recorded and before the next layer is. A loss that it records there is
// met, on the way back, when the level already holds the gradient of the layers
// above.
func (m *Model) Forward(t *autograd.Tape, x *autograd.Var, onLevel func(level int, v *autograd.Var)) *autograd.Var {
	number := func(i int) int {
		if level, ok := m.levelAfter[i]; ok && onLevel != nil {
			return level
		}
		return -1
	}
	return m.observe(t, x, number, onLevel)
}

// observe records the model on x and calls observe as layers.Sequential.Observe
// does for the modules of the body.
func (m *Model) observe(t *autograd.Tape, x *autograd.Var, number func(i int) int, observe func(number int, v *autograd.Var)) *autograd.Var {
	image := m.normalised(t, x)
	features := m.body.Observe(t, image, number, observe)
	if image != x {
		t.Done(image)
	}
	logits := m.head.Forward(t, features)
	t.Done(features)
	return logits
}

// Normalise makes (x - mean) / deviation, channel by channel, the first step of
// the model, which is given images in [0, 1] as before. It is no part of the
// model's entries: a file of weights does not tell it.
func (m *Model) Normalise(mean, deviation []float32) {
	if len(mean) != m.Channels || len(deviation) != m.Channels {
		panic("models: Normalise: not one mean and deviation a channel")
	}
	m.mean, m.deviation = mean, deviation
}

// normalised records the first step.
func (m *Model) normalised(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if m.mean == nil {
		return x
	}
	return autograd.Normalise(t, x, m.mean, m.deviation)
}

// Params returns the parameters in PyTorch's order. The slice is the model's.
func (m *Model) Params() []*autograd.Var { return m.params }

// Entries returns the parameters and buffers in PyTorch's order, under
// PyTorch's names. The slice is the model's.
func (m *Model) Entries() []layers.Entry { return m.entries }
