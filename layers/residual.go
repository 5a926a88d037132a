package layers

import "sdrm/autograd"

// Residual is ReLU(Body(x) + Shortcut(x)) (He et al., CVPR 2016).
type Residual struct {
	Body     Module
	Shortcut Module // nil stands for x itself
}

// Forward runs both branches and adds them.
func (l Residual) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	plus := x
	if l.Shortcut != nil {
		plus = l.Shortcut.Forward(t, x)
	}
	body, ok := l.Body.(Sequential)
	if !ok {
		body = Sequential{l.Body}
	}
	y := body.addReLU(t, x, plus)
	doneBetween(t, plus, x, y)
	return y
}

// ForwardObserved observes the result: its ReLU is the last.
func (l Residual) ForwardObserved(t *autograd.Tape, x *autograd.Var, number int, observe func(number int, y *autograd.Var)) *autograd.Var {
	y := l.Forward(t, x)
	observe(number, y)
	return y
}

// Visit visits the body without a name of its own and, if there is one, the
// shortcut as "downsample.", as torchvision's blocks have it.
func (l Residual) Visit(prefix string, visit func(Entry)) {
	l.Body.Visit(prefix, visit)
	if l.Shortcut != nil {
		l.Shortcut.Visit(prefix+"downsample.", visit)
	}
}
