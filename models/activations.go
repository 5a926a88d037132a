package models

import (
	"fmt"

	"sdrm/autograd"
	"sdrm/layers"
)

// Activation is the result of a ReLU. A residual block counts as one, by its
// last ReLU.
type Activation struct {
	Name  string // that of the level, or relu1, relu2, … by its number from 1
	ReLU  int    // its number among the ReLUs of the model, from 0
	Level bool   // whether it is one of the model's levels
}

// Activations returns the results of all ReLUs, in order: the levels are among
// them.
func (m *Model) Activations() []Activation {
	var out []Activation
	for i, module := range m.body.Sequential {
		if !endsInReLU(module) {
			continue
		}
		a := Activation{Name: fmt.Sprintf("relu%d", len(out)+1), ReLU: len(out)}
		if level, ok := m.levelAfter[i]; ok {
			a.Name, a.Level = m.Levels[level], true
		}
		out = append(out, a)
	}
	return out
}

// ForwardReLUs records the model as Forward does and calls onReLU with every
// one of Activations, in order.
func (m *Model) ForwardReLUs(t *autograd.Tape, x *autograd.Var, onReLU func(i int, v *autograd.Var)) *autograd.Var {
	count := 0
	x = m.body.Observe(t, x, func(i int) bool { return endsInReLU(m.body.Sequential[i]) }, func(_ int, v *autograd.Var) {
		onReLU(count, v)
		count++
	})
	return m.head.Forward(t, x)
}

func endsInReLU(m layers.Module) bool {
	if named, ok := m.(layers.Named); ok {
		m = named.Module
	}
	switch m.(type) {
	case layers.ReLU, layers.Residual:
		return true
	}
	return false
}
