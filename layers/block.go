package layers

import "sdrm/autograd"

// Block is a module with ReLUs inside. The result of the last one is its
// activation; what comes after it is not seen by a ReLU of the block.
type Block interface {
	Module
	// ForwardObserved is Forward that calls observe with number and the
	// activation, right after that was recorded.
	ForwardObserved(t *autograd.Tape, x *autograd.Var, number int, observe func(number int, y *autograd.Var)) *autograd.Var
}

// HasActivation tells whether m, without the name that it may have, is a ReLU or
// a Block.
func HasActivation(m Module) bool {
	if named, ok := m.(Named); ok {
		m = named.Module
	}
	switch m.(type) {
	case ReLU, Block:
		return true
	}
	return false
}
