package layers

import (
	"strconv"

	"sdrm/autograd"
	"sdrm/tensor"
)

// Sequential runs modules one after the other; their names are their numbers,
// from 0. A BatchNorm2D with a ReLU behind it is computed as one op, with a
// halving MaxPool2D behind both too. Outside training the Conv2D before it belongs
// to that op, in training it gathers what the BatchNorm2D needs.
type Sequential []Module

// Forward runs the modules in order.
func (s Sequential) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	for i := 0; i < len(s); {
		x, i = s.Step(t, x, i, func(int) bool { return false })
	}
	return x
}

// Step runs module i, together with the following ones where they are one op,
// and returns the result and the number of the module to go on with. The result
// of a ReLU that is wanted, by its number, is the last of an op.
func (s Sequential) Step(t *autograd.Tape, x *autograd.Var, i int, wanted func(i int) bool) (y *autograd.Var, next int) {
	conv, hasConv := at[*Conv2D](s, i)
	next = i
	if hasConv {
		next++
	}
	norm, hasNorm := at[*BatchNorm2D](s, next)
	if !hasNorm {
		return s[i].Forward(t, x), i + 1
	}
	next++
	then := autograd.NormOnly
	if _, ok := at[ReLU](s, next); ok {
		then = autograd.NormReLU
		next++
		shape := x.Value.Shape
		if hasConv {
			shape = conv.Geometry.Out(shape, conv.Weight.Value.Shape.C())
		}
		pool, ok := at[MaxPool2D](s, next)
		if ok && !wanted(next-1) && t.Mode != autograd.Fixed && pool.halves() && tensor.NormPoolFits(shape) {
			then = autograd.NormReLUPool
			next++
		}
	}
	return norm.behind(conv, t, x, then), next
}

// at returns module i, behind its name if it has one, if it exists and is an M.
func at[M Module](s Sequential, i int) (m M, ok bool) {
	if i >= len(s) {
		return m, false
	}
	if named, is := s[i].(Named); is {
		m, ok = named.Module.(M)
		return m, ok
	}
	m, ok = s[i].(M)
	return m, ok
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
