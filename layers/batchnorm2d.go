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
	l := &BatchNorm2D{
		Gamma:   b.parameter(shape, constant(1)),
		Beta:    b.parameter(shape, constant(0)),
		Running: tensor.NewRunningStats(channels),
		Batches: tensor.New(tensor.Shape{1, 1, 1, 1}),
	}
	b.norms = append(b.norms, l)
	return l
}

// Forward normalises x, in training with the statistics of the batch.
func (l *BatchNorm2D) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.BatchNorm2D(t, x, l.params(t), tensor.NormOnly)
}

// params returns the parameters as the pass sees them, and counts its batch.
func (l *BatchNorm2D) params(t *autograd.Tape) autograd.NormParams {
	training := t.Mode == autograd.Training
	if training {
		l.Batches.Data[0]++
	}
	return autograd.NormParams{Gamma: t.Param(l.Gamma), Beta: t.Param(l.Beta), Running: l.Running, Fixed: !training}
}

// Visit visits "weight" (gamma), "bias" (beta) and the buffers.
func (l *BatchNorm2D) Visit(prefix string, visit func(Entry)) {
	visit(parameter(prefix+"weight", Vector, l.Gamma))
	visit(parameter(prefix+"bias", Vector, l.Beta))
	visit(Entry{Name: prefix + "running_mean", Layout: Vector, Tensor: l.Running.Mean})
	visit(Entry{Name: prefix + "running_var", Layout: Vector, Tensor: l.Running.Var})
	visit(Entry{Name: prefix + "num_batches_tracked", Layout: Scalar, Tensor: l.Batches})
}
