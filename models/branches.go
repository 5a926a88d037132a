package models

import (
	"sdrm/autograd"
	"sdrm/layers"
)

// branches is body(a) + shortcut(a) with a = activate(x), or body(a) + x without a
// shortcut. Its activation is the last ReLU in the body.
type branches struct {
	activate, body layers.Sequential
	shortcut       layers.Sequential // nil: x itself
	excite         layers.Module     // works on the body's result; nil: none
	bodyAlone      bool              // nothing is added to the body's result
}

func (l branches) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return l.ForwardObserved(t, x, -1, nil)
}

func (l branches) ForwardObserved(t *autograd.Tape, x *autograd.Var, number int, observe func(number int, y *autograd.Var)) *autograd.Var {
	a := l.activate.Forward(t, x)
	y := l.body.ObserveLast(t, a, number, observe)
	if l.excite != nil {
		excited := l.excite.Forward(t, y)
		t.Done(y)
		y = excited
	}
	plus := x
	if l.shortcut != nil {
		plus = l.shortcut.Forward(t, a)
	}
	if a != x {
		t.Done(a)
	}
	if l.bodyAlone {
		return y
	}
	sum := autograd.Add(t, y, plus)
	t.Done(y)
	if plus != x {
		t.Done(plus)
	}
	return sum
}

func (l branches) Visit(prefix string, visit func(layers.Entry)) {
	l.activate.Visit(prefix, visit)
	l.body.Visit(prefix, visit)
	if l.shortcut != nil {
		l.shortcut.Visit(prefix+"shortcut.", visit)
	}
	if l.excite != nil {
		l.excite.Visit(prefix, visit)
	}
}
