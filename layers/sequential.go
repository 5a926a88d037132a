package layers

import (
	"strconv"

	"sdrm/autograd"
)

// Sequential runs modules one after the other; their names are their numbers,
// from 0.
type Sequential []Module

// Forward runs the modules in order.
func (s Sequential) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return s.Observe(t, x, func(int) bool { return false }, nil)
}

// Observe is Forward that calls observe with the result of every module whose
// number is observed, right after it was recorded.
func (s Sequential) Observe(t *autograd.Tape, x *autograd.Var, observed func(i int) bool, observe func(i int, y *autograd.Var)) *autograd.Var {
	for i := 0; i < len(s); {
		x, i = s.step(t, x, i, observed)
		if observed(i - 1) {
			observe(i-1, x)
		}
	}
	return x
}

// Visit visits the modules in order.
func (s Sequential) Visit(prefix string, visit func(Entry)) {
	for i, m := range s {
		if _, named := m.(Named); !named {
			m = Named{strconv.Itoa(i), m}
		}
		m.Visit(prefix, visit)
	}
}

// Named gives a module of a Sequential a name in the place of its number.
type Named struct {
	Name string
	Module
}

// Visit visits the module under its name.
func (n Named) Visit(prefix string, visit func(Entry)) { n.Module.Visit(prefix+n.Name+".", visit) }
