package mmd

import "sdrm/autograd"

func init() {
	register(Regulariser{
		Name: "mmd", Title: "Maximum Mean Discrepancy, squared", Paper: "Gretton et al., JMLR 2012; arXiv:2111.05077",
		Defaults: "the prototype's kernel", Averages: true,
		Term: func(e Estimator, _ uint64) Term {
			return func(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
				return Loss(t, level, benign, malicious, Prototype(), e)
			}
		},
	})
}

// Loss records the MMD² between the samples of level listed in benign and those
// listed in malicious, a single number:
//
//	L = mean k(D_AA) + mean k(D_BB) − 2·mean k(D_AB),   dL/dX = (diag(W·1) − W)·X,
//
// where W_ij = 4·c_ij·k′(D_ij), c_ij being the weight of k(D_ij) in L and the
// bandwidth a constant. A set with fewer members than the estimator needs (one
// if biased, two if not) makes the loss 0 without a gradient, and so do samples
// that are all equal. Samples that are not finite make it NaN, and so do samples that lie
// within some 1e-20 of one another without being equal. A sample number
// that the level does not have panics.
func Loss(t *autograd.Tape, level *autograd.Var, benign, malicious []int, k Kernel, e Estimator) *autograd.Var {
	op := autograd.Next[loss](t)
	if op.open(t, op, level, benign, malicious, e.members()) {
		op.out.Value.Data[0] = float32(op.sets.compute(k, e, op.out.NeedsGrad()))
	}
	return &op.out
}

// PrototypeLoss is Loss as the authors' code has it: with their kernel, and the
// biased estimator.
func PrototypeLoss(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
	return Loss(t, level, benign, malicious, Prototype(), Biased)
}

type loss struct{ term }

// Backward multiplies the weights of the pairs with the samples.
func (op *loss) Backward(t *autograd.Tape) {
	if op.pairGradient() {
		op.scatter(t)
	}
}
