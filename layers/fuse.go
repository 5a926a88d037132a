package layers

import (
	"sdrm/autograd"
	"sdrm/tensor"
)

// fused is a run of modules that are computed as one op, with the bits that they
// have one after the other:
//
//	Conv2D → BatchNorm2D → ReLU → MaxPool2D of 2×2 windows with stride 2
//
// from the convolution or the normalisation on, as far as the following modules
// are those. In training, a convolution that follows the ReLU normalises what it
// reads. A result that is observed is the last of a run. A Fixed pass does
// not pool in the op, for the gradient of that needs the map before the pooling.
type fused struct {
	conv   *Conv2D // nil: not in the run
	norm   *BatchNorm2D
	then   tensor.AfterNorm
	length int
}

// fuse returns the run that begins with module i, if there is one.
func (s Sequential) fuse(mode autograd.Mode, i int, observed func(i int) bool) (f fused, ok bool) {
	at := i
	if f.conv, ok = moduleAt[*Conv2D](s, at); ok && !observed(at) {
		at++
	}
	if f.norm, ok = moduleAt[*BatchNorm2D](s, at); !ok {
		return f, false
	}
	if _, relu := moduleAt[ReLU](s, at+1); relu && !observed(at) {
		f.then, at = tensor.NormReLU, at+1
		if _, conv := moduleAt[*Conv2D](s, at+1); conv && !observed(at) && mode == autograd.Training {
			f.then = tensor.NormReLUConv
		}
		pool, isPool := moduleAt[MaxPool2D](s, at+1)
		if isPool && !observed(at) && pool.Geometry.Halves() && mode != autograd.Fixed {
			f.then, at = tensor.NormReLUPool, at+1
		}
	}
	f.length = at + 1 - i
	return f, true
}

// addReLU records ReLU(s(x) + plus), which is part of the op of the last modules if
// they are Conv2D → BatchNorm2D.
func (s Sequential) addReLU(t *autograd.Tape, x, plus *autograd.Var) *autograd.Var {
	in, last := x, max(0, len(s)-2)
	var y *autograd.Var
	if f, ok := s.fuse(t.Mode, last, func(int) bool { return false }); ok && f.conv != nil && f.then == tensor.NormOnly {
		x = s.run(t, x, last, unobserved, nil)
		y = autograd.Conv2DNormAddReLU(t, x, f.conv.params(t), f.norm.params(t), plus)
	} else {
		x = s.Forward(t, x)
		sum := autograd.Add(t, x, plus)
		y = autograd.ReLU(t, sum)
		t.Done(sum)
	}
	doneBetween(t, x, in, y)
	return y
}

// step records module i, together with those that it is fused with, and returns
// the result and the number of the module to go on with.
func (s Sequential) step(t *autograd.Tape, x *autograd.Var, i int, observed func(i int) bool) (y *autograd.Var, next int) {
	f, ok := s.fuse(t.Mode, i, observed)
	switch {
	case !ok:
		return s[i].Forward(t, x), i + 1
	case f.conv == nil:
		return autograd.BatchNorm2D(t, x, f.norm.params(t), f.then), i + f.length
	default:
		return autograd.Conv2DNorm(t, x, f.conv.params(t), f.norm.params(t), f.then), i + f.length
	}
}

// moduleAt returns module i, without the name that it may have, if it exists and
// is an M.
func moduleAt[M Module](s Sequential, i int) (m M, ok bool) {
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
