package mmd

import (
	"math"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

func init() {
	register(Regulariser{
		Name: "ed", Title: "Energy Distance", Paper: "Székely and Rizzo, J. Stat. Plan. Inference 2013",
		Defaults: "Euclidean distances", Averages: true,
		Term: func(e Estimator, _ uint64) Term {
			return func(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var {
				return EnergyLoss(t, level, benign, malicious, e)
			}
		},
	})
}

// EnergyLoss records the Energy Distance between the samples of level listed in
// benign and those listed in malicious, a single number:
//
//	L = 2·mean ‖a − b‖ − mean ‖a − a′‖ − mean ‖b − b′‖,   dL/dx_i = −2·Σ_j c_ij·(x_i − x_j)/‖x_i − x_j‖,
//
// the means within a set with or without the pairs of a sample with itself, as
// the estimator says; c_ij is the weight of an ordered pair: 1/a² within the
// first set, or 1/(a·(a − 1)), the like within the second, −1/(a·b) across. Where
// x_i = x_j the distance has no derivative and the pair adds 0, as in PyTorch's
// cdist and norm; 0 is a subgradient. In all else it is as Loss: sets that are too
// small, equal samples, and such as are not finite or not there.
func EnergyLoss(t *autograd.Tape, level *autograd.Var, benign, malicious []int, e Estimator) *autograd.Var {
	op := autograd.Next[energyLoss](t)
	if op.open(t, op, level, benign, malicious, e.members()) {
		op.sets.measure(false)
		op.out.Value.Data[0] = float32(op.sets.energy(e, op.out.NeedsGrad()))
	}
	return &op.out
}

type energyLoss struct{ term }

// Backward multiplies the weights of the pairs with the samples, and adds the
// near pairs.
func (op *energyLoss) Backward(t *autograd.Tape) {
	if op.pairGradient() {
		op.reload()
		nearLoop.Run(op.sets.columnTasks(), &op.term)
		op.scatter(t)
	}
}

// near tells whether row i and row j before it are so close that in the product
// of weights and samples their difference, which has unit length however close
// they are, would drown in rounding.
func (m *discrepancy) near(i, j int) bool {
	return float64(m.squaredRow(i)[j]) < closeShare*(m.norms[i]+m.norms[j])
}

// energyWeight returns 2·c_ij/‖x_i − x_j‖ of row i and row j before it, 0 for
// equal ones.
func (m *discrepancy) energyWeight(i, j int) float32 {
	squared := float64(m.squaredRow(i)[j])
	if squared == 0 {
		return 0
	}
	a, b := m.first, len(m.rows)-m.first
	c := -1 / (float64(a) * float64(b))
	switch {
	case i < a:
		c = 1 / m.estimator.pairs(a)
	case j >= a:
		c = 1 / m.estimator.pairs(b)
	}
	return float32(2 * c / math.Sqrt(squared))
}

// nearLoop adds what near pairs give to the gradient of some columns.
var nearLoop = parallel.NewLoop(func(p **term, task int) {
	s, m, k := *p, &(*p).sets, asm.Current()
	lo, hi := m.columns(task)
	gradient := func(i int) []float32 { return s.rowGradient.Data[i*m.width+lo : i*m.width+hi] }
	scratch := tensor.Scratch.Floats(hi - lo)
	difference := scratch.Data
	for i, row := range m.rows {
		for j := range i {
			if !m.near(i, j) {
				continue
			}
			w := m.energyWeight(i, j)
			copy(difference, row[lo:hi])
			k.Axpy(difference, -1, m.rows[j][lo:hi])
			k.Axpy(gradient(i), -w, difference)
			k.Axpy(gradient(j), w, difference)
		}
	}
	tensor.Scratch.Put(scratch)
})
