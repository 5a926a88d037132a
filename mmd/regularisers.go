package mmd

import (
	"sdrm/autograd"
	"sdrm/internal/registry"
)

// Term records the distance between the samples of level listed in benign and
// those listed in malicious, a single number that training makes smaller. If
// a set has too few members, it is 0 without a gradient.
type Term func(t *autograd.Tape, level *autograd.Var, benign, malicious []int) *autograd.Var

// Regulariser is a distance that can be a term of the loss.
type Regulariser struct {
	Name     string // in specs
	Title    string
	Paper    string
	Defaults string

	// Averages tells whether it averages over pairs of samples within a set, as an
	// estimator says. The others pass over the one that is asked for.
	Averages bool

	// Term makes the term of a run with that seed. It is nil of what learns.
	Term func(e Estimator, seed uint64) Term

	// Learned makes the term of a level with so many channels, of a regulariser that
	// learns; else it is nil.
	Learned func(seed uint64, level, channels int) Learned
}

// Least returns how many members a set needs to be compared.
func (r Regulariser) Least(e Estimator) int {
	if r.Averages {
		return e.members()
	}
	return 1
}

// Learned is a term with what it trains in the steps of the model. The gradient that
// reaches the parameters is such that they descend along it, as those of the model.
type Learned struct {
	Term       Term
	Parameters []Parameter
}

// Parameter is one that a term trains: the weights of a linear layer, {in,1,1,out}, or
// a row of them.
type Parameter struct {
	Name string
	Var  *autograd.Var
}

var regularisers = registry.New[Regulariser]("regulariser")

func register(r Regulariser) { regularisers.Add(r.Name, r) }

// Regularisers returns all of them, in the order of their names.
func Regularisers() []Regulariser { return regularisers.All() }

// RegulariserNames returns their names in order.
func RegulariserNames() []string { return regularisers.Names() }

// FindRegulariser returns the one with that name. The error lists the names.
func FindRegulariser(name string) (Regulariser, error) { return regularisers.Find(name) }
