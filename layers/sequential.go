package layers

import (
	"strconv"

	"sdrm/autograd"
)

// Sequential runs modules one after the other; their names are their numbers,
// from 0.
type Sequential []Module

// Forward runs the modules in order. What is between them is Done.
func (s Sequential) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return s.Observe(t, x, unobserved, nil)
}

func unobserved(int) int { return -1 }

// Observe is Forward that calls observe with the activation of every module i
// for which number(i) is not negative, and with that number, right after it was
// recorded. The activation of a Block is inside of it, that of another module is
// its result.
func (s Sequential) Observe(t *autograd.Tape, x *autograd.Var, number func(i int) int, observe func(number int, y *autograd.Var)) *autograd.Var {
	return s.run(t, x, len(s), number, observe)
}

// run is Observe for the modules before the given end, which those after it follow.
func (s Sequential) run(t *autograd.Tape, x *autograd.Var, end int, number func(i int) int, observe func(number int, y *autograd.Var)) *autograd.Var {
	observed := func(i int) bool { return number(i) >= 0 }
	in := x
	for i := 0; i < end; {
		y, next := x, i+1
		if block, ok := moduleAt[Block](s, i); ok && observed(i) {
			y = block.ForwardObserved(t, x, number(i), observe)
		} else if y, next = s.step(t, x, i, observed); observed(next - 1) {
			observe(number(next-1), y)
		}
		doneBetween(t, x, in, y)
		x, i = y, next
	}
	return x
}

// doneBetween is Done for x, unless it is the input or the result of the module
// that made y of it.
func doneBetween(t *autograd.Tape, x, in, y *autograd.Var) {
	if x != in && x != y {
		t.Done(x)
	}
}

// ObserveLast is Forward that calls observe with number and the last activation,
// right after it was recorded.
func (s Sequential) ObserveLast(t *autograd.Tape, x *autograd.Var, number int, observe func(number int, y *autograd.Var)) *autograd.Var {
	last := len(s) - 1
	for !HasActivation(s[last]) {
		last--
	}
	return s.Observe(t, x, func(i int) int {
		if i == last {
			return number
		}
		return -1
	}, observe)
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
