package conform

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"

	"sdrm/asm"
)

// Sweep checks the case on k at all of its shapes, on ordinary and on hostile
// numbers.
func (kc *Case) Sweep(m *Memory, k *asm.Kernels) error {
	return faultless(k, kc.Name, func() error {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range kc.Shapes {
			for _, fill := range []func() float32{ordinary(r), Hostile(r)} {
				if err := kc.Check(m, k, s, fill); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// SweepGemm checks k's Gemm as Sweep does the other kernels: on depths around
// what unrolled loops leave over, on tight and on padded strides.
func SweepGemm(m *Memory, k *asm.Kernels) error {
	return faultless(k, "Gemm", func() error {
		r := rand.New(rand.NewPCG(3, 4))
		for _, l := range gemmLayouts() {
			for _, accumulate := range []bool{false, true} {
				for _, fill := range []func() float32{ordinary(r), Hostile(r)} {
					if err := CheckGemm(m, k, l, accumulate, fill); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

func gemmLayouts() []Layout {
	var all []Layout
	for _, packed := range []bool{false, true} {
		for kc := range 19 {
			all = append(all, Layout{KC: kc, Packed: packed}, Layout{KC: kc, PadA: kc % 4, PadB: kc % 5, PadC: kc % 3, Packed: packed},
				Layout{KC: kc, GapA: 1 + kc%3, PadB: 1, Packed: packed})
		}
		all = append(all, Layout{KC: 64, PadA: 2, PadB: 3, PadC: 1, Packed: packed}, Layout{KC: 100, Packed: packed},
			Layout{KC: 255, PadC: 7, Packed: packed}, Layout{KC: 256, Packed: packed}, Layout{KC: 257, PadA: 1, PadB: 5, Packed: packed})
	}
	return all
}

// faultless runs check and makes an error of a fault at a guard page.
func faultless(k *asm.Kernels, kernel string, check func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = fmt.Errorf("%v %s touches memory outside its slices: %w", k.ISA, kernel, r)
		default:
			panic(r)
		}
	}()
	return check()
}
