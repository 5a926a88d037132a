package layers

import (
	"sdrm/autograd"
	"sdrm/tensor"
)

// BatchNorm2D is batch normalisation with PyTorch's ε and momentum.
type BatchNorm2D struct {
	Gamma, Beta *autograd.Var
	Running     tensor.RunningStats
	// Batches counts the batches that Running has seen.
	Batches *tensor.Tensor
}

// NewBatchNorm2D returns a layer with gamma 1 and beta 0.
func NewBatchNorm2D(b *Builder, channels int) *BatchNorm2D {
	shape := tensor.Shape{1, 1, 1, channels}
	return &BatchNorm2D{
		Gamma:   b.parameter(shape, constant(1)),
		Beta:    b.parameter(shape, constant(0)),
		Running: tensor.NewRunningStats(channels),
		Batches: tensor.New(tensor.Shape{1, 1, 1, 1}),
	}
}

// Forward normalises x.
func (l *BatchNorm2D) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return l.behind(nil, t, x, autograd.NormOnly)
}

// behind normalises what conv makes of x, or x if conv is nil, and does what
// comes after.
func (l *BatchNorm2D) behind(conv *Conv2D, t *autograd.Tape, x *autograd.Var, then autograd.AfterNorm) *autograd.Var {
	if conv != nil {
		if t.Mode != autograd.Training {
			var bias *tensor.Tensor
			if conv.Bias != nil {
				bias = conv.Bias.Value
			}
			return autograd.Conv2DNorm(t, x, conv.Weight.Value, bias, l.Gamma.Value, l.Beta.Value, l.Running, conv.Geometry, then)
		}
		x = autograd.Conv2DMoments(t, x, conv.Weight, conv.Bias, conv.Geometry)
	}
	l.count(t)
	switch {
	case t.Mode == autograd.Fixed:
		return autograd.BatchNormFixed2D(t, x, l.Gamma.Value, l.Beta.Value, l.Running, then == autograd.NormReLU)
	case then == autograd.NormReLUPool:
		return autograd.BatchNormPool2D(t, x, l.Gamma, l.Beta, l.Running)
	}
	return autograd.BatchNorm2D(t, x, l.Gamma, l.Beta, l.Running, then == autograd.NormReLU)
}

func (l *BatchNorm2D) count(t *autograd.Tape) {
	if t.Mode == autograd.Training {
		l.Batches.Data[0]++
	}
}

// Visit visits "weight" (gamma), "bias" (beta) and the buffers.
func (l *BatchNorm2D) Visit(prefix string, visit func(Entry)) {
	visit(parameter(prefix+"weight", Vector, l.Gamma))
	visit(parameter(prefix+"bias", Vector, l.Beta))
	visit(Entry{Name: prefix + "running_mean", Layout: Vector, Tensor: l.Running.Mean})
	visit(Entry{Name: prefix + "running_var", Layout: Vector, Tensor: l.Running.Var})
	visit(Entry{Name: prefix + "num_batches_tracked", Layout: Scalar, Tensor: l.Batches})
}
