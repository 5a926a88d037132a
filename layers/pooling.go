package layers

import (
	"sdrm/autograd"
	"sdrm/tensor"
)

// MaxPool2D is max pooling.
type MaxPool2D struct{ Geometry tensor.PoolGeometry }

// Forward pools x.
func (l MaxPool2D) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.MaxPool2D(t, x, l.Geometry)
}

// Visit visits nothing.
func (MaxPool2D) Visit(string, func(Entry)) {}

// AvgPool2D is average pooling.
type AvgPool2D struct{ Geometry tensor.PoolGeometry }

// Forward pools x.
func (l AvgPool2D) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.AvgPool2D(t, x, l.Geometry)
}

// Visit visits nothing.
func (AvgPool2D) Visit(string, func(Entry)) {}

// GlobalAvgPool averages all pixels of a sample. A map of one pixel it passes on
// as it is.
type GlobalAvgPool struct{}

// Forward pools x.
func (GlobalAvgPool) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if s := x.Value.Shape; s.H() == 1 && s.W() == 1 {
		return x
	}
	return autograd.GlobalAvgPool(t, x)
}

// Visit visits nothing.
func (GlobalAvgPool) Visit(string, func(Entry)) {}
