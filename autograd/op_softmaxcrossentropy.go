package autograd

import "sdrm/tensor"

// SoftmaxCrossEntropy is the mean over the samples of −log softmax(logits)[label],
// a single number; logits are {N,1,1,classes}.
//
//	dlogits[n] = dloss · (softmax(logits[n]) − onehot(label[n]))/N
func SoftmaxCrossEntropy(t *Tape, logits *Var, labels []int) *Var {
	op := Next[softmaxCrossEntropy](t)
	op.logits = logits
	op.labels = append(op.labels[:0], labels...)
	op.prob = t.Saved(logits.Value.Shape)
	y := t.result(&op.out, op, tensor.Shape{1, 1, 1, 1}, logits)
	y.Value.Data[0] = tensor.SoftmaxCrossEntropy(op.prob, logits.Value, op.labels)
	return y
}

type softmaxCrossEntropy struct {
	logits *Var
	labels []int
	prob   *tensor.Tensor
	out    Var
}

func (op *softmaxCrossEntropy) Backward(t *Tape) {
	t.contribute(op.logits, func(d *tensor.Tensor) {
		tensor.SoftmaxCrossEntropyGrad(d, op.prob, op.labels, op.out.Grad.Data[0])
	})
}
