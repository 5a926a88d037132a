package mmd

import (
	"fmt"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// term is what the ops of all distances have in common: two sets of samples of
// a level, and the gradient with respect to them.
type term struct {
	out     autograd.Var
	level   *autograd.Var
	members []int // sample of the level that each row is
	sets    discrepancy

	rowGradient *tensor.Tensor // rows × width, or more rows; only on the way back
}

// open loads the sets and prepares the output of op, whose term it is. If a set
// has fewer than least members the output is 0 without a gradient, and open
// returns false. A sample number that the level does not have panics.
func (s *term) open(t *autograd.Tape, op autograd.Op, level *autograd.Var, benign, malicious []int, least int) bool {
	scalar := tensor.Shape{1, 1, 1, 1}
	if min(len(benign), len(malicious)) < least {
		t.Output(&s.out, op, scalar)
		s.out.Value.Data[0] = 0
		return false
	}
	s.level = level
	s.members = append(append(s.members[:0], benign...), malicious...)
	s.sets.rows = s.sets.rows[:0]
	s.sets.first, s.sets.width = len(benign), level.Value.Shape.SampleLen()
	for _, i := range s.members {
		if i < 0 || i >= level.Value.Shape.N() {
			panic(fmt.Sprintf("mmd: there is no sample %d in a batch of %d", i, level.Value.Shape.N()))
		}
		s.sets.rows = append(s.sets.rows, level.Value.Sample(i))
	}
	t.Output(&s.out, op, scalar, level)
	return true
}

// pairGradient computes what the weights of the pairs give, unless there are
// none.
func (s *term) pairGradient() bool {
	m := &s.sets
	if len(m.weights) == 0 {
		return false
	}
	tensor.Gemm(s.borrow(m.stride), tensor.Matrix(m.weights, m.stride, m.stride), m.samples(), false)
	return true
}

// borrow takes memory for the gradient of so many rows until scatter gives it back: the
// levels come one after the other, and share it.
func (s *term) borrow(rows int) tensor.View {
	s.rowGradient = tensor.Scratch.Floats(rows * s.sets.width)
	return tensor.Matrix(s.rowGradient.Data, rows, s.sets.width)
}

// reload finds the samples of the level once more, on the way back.
func (s *term) reload() {
	for row, i := range s.members {
		s.sets.rows[row] = s.level.Value.Sample(i)
	}
}

// scatter adds the gradient of the rows to those of the level's that belong to members.
func (s *term) scatter(t *autograd.Tape) {
	scatterLoop.Run(s.sets.columnTasks(), scatterArgs{s, t.Accumulate(s.level), s.out.Grad.Data[0]})
	tensor.Scratch.Put(s.rowGradient)
	s.rowGradient = nil
}

type scatterArgs struct {
	of       *term
	gradient *tensor.Tensor
	upstream float32
}

// scatterLoop runs over columns: a sample may be a member twice.
var scatterLoop = parallel.NewLoop(func(a *scatterArgs, task int) {
	k, width := asm.Current(), a.of.sets.width
	lo, hi := a.of.sets.columns(task)
	for row, sample := range a.of.members {
		k.Axpy(a.gradient.Sample(sample)[lo:hi], a.upstream, a.of.rowGradient.Data[row*width+lo:row*width+hi])
	}
})
