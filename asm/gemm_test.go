package asm_test

import (
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

func TestGemm(t *testing.T) {
	for _, k := range asm.Available() {
		t.Run(k.ISA.String(), func(t *testing.T) {
			if err := conform.SweepGemm(newMemory(t), k); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPanicsNameTheKernel(t *testing.T) {
	f := func(n int) []float32 { return make([]float32, n) }
	for _, k := range asm.Available() {
		for want, call := range map[string]func(){
			"asm: Add: slices of different lengths":                       func() { k.Add(f(16), f(17), f(16)) },
			"asm: ReLU: slices of different lengths":                      func() { k.ReLU(f(16), f(15)) },
			"asm: SGD: slices of different lengths":                       func() { k.SGD(f(16), f(16), f(15), 1, 1, 1) },
			"asm: Dot: slices of different lengths":                       func() { k.Dot(f(16), f(15)) },
			"asm: ColSums: not a whole number of rows":                    func() { k.ColSums(f(16), f(17)) },
			"asm: AddRow: not a whole number of rows":                     func() { k.AddRow(f(16), f(16), nil) },
			"asm: NormGrad: slices of different numbers of channels":      func() { k.NormGrad(f(16), f(16), f(16), f(8), f(8), f(4)) },
			"asm: MaxPool2x2: rows too short":                             func() { k.MaxPool2x2(f(16), f(32), f(31), 16) },
			"asm: MaxPool2x2: not a whole number of pixels":               func() { k.MaxPool2x2(f(16), f(32), f(32), 3) },
			"asm: Depthwise: not a whole number of pixels":                func() { k.Depthwise(f(31), nil, 16, nil, nil, f(16)) },
			"asm: Depthwise: impossible stride":                           func() { k.Depthwise(f(32), nil, -1, nil, nil, f(16)) },
			"asm: Depthwise: a tap is outside of the input or the filter": func() { k.Depthwise(f(80), f(85), 16, []asm.Tap{{X: 6}}, f(16), f(16)) },
			"asm: DepthwiseGrad: not a whole number of pixels":            func() { k.DepthwiseGrad(f(16), f(31), f(32), 16) },
			"asm: DepthwiseGrad: x is too short":                          func() { k.DepthwiseGrad(f(16), f(32), f(31), 16) },
			"asm: Winograd: slice too short":                              func() { k.Winograd4.Input(f(575), 96, 16, f(576), 96, 16, 16) },
			"asm: Winograd: impossible size or stride":                    func() { k.Winograd4.Input(f(576), -96, 16, f(576), 96, 16, 16) },
			"asm: PackRow: panels do not fit":                             func() { k.PackRow(f(100), 50, 32, f(65)) },
			"asm: PackRow: impossible width or distance of panels":        func() { k.PackRow(f(100), 31, 32, f(64)) },
			"asm: GemmRows: C too short":                                  func() { k.GemmRows(2, 1, 8, f(100), 1, f(100), 8, 8, f(15), 8, false) },
			"asm: GemmRows: A or B too short":                             func() { k.GemmRows(2, 2, 8, f(100), 2, f(31), 16, 8, f(16), 8, false) },
			"asm: GemmRows: impossible size or stride":                    func() { k.GemmRows(2, 2, 8, f(100), 2, f(32), 16, 8, f(16), 7, false) },
			"asm: Gemm: C too short":                                      func() { k.Gemm(1, f(100), 1, 1, f(100), 0, f(k.MR*k.NR-1), k.NR, false) },
			"asm: Gemm: A or B too short":                                 func() { k.Gemm(2, f(k.MR), 1, 1, f(100), 0, f(k.MR*k.NR), k.NR, false) },
			"asm: Gemm: impossible size or stride":                        func() { k.Gemm(-1, nil, 1, 1, nil, 0, f(k.MR*k.NR), k.NR, false) },
		} {
			func() {
				defer func() {
					if got := recover(); got != want {
						t.Errorf("%v: panic %v, want %q", k.ISA, got, want)
					}
				}()
				call()
			}()
		}
	}
}
