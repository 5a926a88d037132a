package models

import (
	"fmt"

	"sdrm/autograd"
)

// Activation is the result of a ReLU. A block counts as one, by its last ReLU on a
// map.
type Activation struct {
	Name  string // that of the level, or relu1, relu2, … by its number from 1
	ReLU  int    // its number among the ReLUs of the model, from 0
	Level bool   // whether it is one of the model's levels
}

// Activations returns the results of all ReLUs, in order: the levels are among
// them.
func (m *Model) Activations() []Activation {
	var out []Activation
	for i, relu := range m.reluAt {
		if relu < 0 {
			continue
		}
		a := Activation{Name: fmt.Sprintf("relu%d", relu+1), ReLU: relu}
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
	return m.observe(t, x, func(i int) int { return m.reluAt[i] }, onReLU)
}
