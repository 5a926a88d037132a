package asm

import (
	"fmt"
	"os"
	"slices"
	"sync/atomic"
)

// environment is the variable that forces an instruction set. It is read once,
// at start-up.
const environment = "SDRM_ISA"

var (
	available = newTables()
	current   atomic.Pointer[Kernels]
	choiceErr error
)

func init() {
	var k *Kernels
	k, choiceErr = choose(os.Getenv(environment), available)
	current.Store(k)
}

// newTables returns every table this CPU can run, from the generic one to the
// best one.
func newTables() []*Kernels {
	generic := newGenericKernels()
	return append([]*Kernels{generic}, nativeKernels(generic)...)
}

// choose returns the table that name asks for, or the last and best one if name
// is empty or cannot be honoured; the error then says why.
func choose(name string, tables []*Kernels) (*Kernels, error) {
	best := tables[len(tables)-1]
	if name == "" {
		return best, nil
	}
	isa, err := parseISA(name)
	if err != nil {
		return best, fmt.Errorf("%s: %w", environment, err)
	}
	i := slices.IndexFunc(tables, func(k *Kernels) bool { return k.ISA == isa })
	if i < 0 {
		return best, fmt.Errorf("%s: this program on this CPU has no %v kernels; the best it has is %v", environment, isa, best.ISA)
	}
	return tables[i], nil
}

// Current returns the table in use: the best one this CPU can run, unless
// SDRM_ISA or Use chose another.
func Current() *Kernels { return current.Load() }

// Err says why SDRM_ISA could not be honoured: its value is no instruction
// set's name, or this CPU lacks it. It is nil if SDRM_ISA is unset or honoured.
func Err() error { return choiceErr }

// Available returns every table this CPU can run, the generic one first and the
// best one last.
func Available() []*Kernels { return slices.Clone(available) }

// Use makes k the current table until restore is called. Work that runs
// meanwhile may see either table; the results are the same.
func Use(k *Kernels) (restore func()) {
	previous := current.Swap(k)
	return func() { current.Store(previous) }
}
