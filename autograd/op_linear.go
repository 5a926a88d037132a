package autograd

import (
	"fmt"

	"sdrm/tensor"
)

// Linear is y = x·w + b with the elements of a sample of x, H·W·C of them in
// that order, as a row; w is {in,1,1,out}, b has out elements and may be nil.
// y is {N,1,1,out}.
//
//	dx = dy·wᵀ, dw = xᵀ·dy, db = Σ_n dy[n]
func Linear(t *Tape, x, w, b *Var) *Var {
	in, out := w.Value.Shape.N(), w.Value.Shape.C()
	if x.Value.Shape.SampleLen() != in || w.Value.Shape.Rows() != in {
		panic(fmt.Sprintf("autograd: Linear: weights %v do not fit samples of %v", w.Value.Shape, x.Value.Shape))
	}
	op := Next[linear](t)
	op.x, op.w, op.b = x, w, b
	y := t.result(&op.out, op, tensor.Shape{x.Value.Shape.N(), 1, 1, out}, x, w, b)
	t.backwardReads(y, w)
	if w.needsGrad {
		t.backwardReads(y, x)
	}
	tensor.Gemm(y.Value.Samples(), x.Value.Samples(), w.Value.Samples(), false)
	if b != nil {
		tensor.AddRow(y.Value, y.Value, b.Value)
	}
	return y
}

type linear struct {
	x, w, b *Var
	out     Var
}

func (op *linear) Backward(t *Tape) {
	dy := op.out.Grad
	t.contribute(op.w, func(dw *tensor.Tensor) {
		tensor.GemmSplitK(dw.Samples(), op.x.Value.Samples().T(), dy.Samples())
	})
	t.contribute(op.b, func(db *tensor.Tensor) { tensor.SumRows(db, dy) })
	t.contribute(op.x, func(dx *tensor.Tensor) {
		tensor.Gemm(dx.Samples(), dy.Samples(), op.w.Value.Samples().T(), false)
	})
}
