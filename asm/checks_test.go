package asm_test

import (
	"slices"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

func TestPanicsNameTheKernel(t *testing.T) {
	f := func(n int) []float32 { return make([]float32, n) }
	for _, k := range asm.Available() {
		for _, c := range []struct {
			want string
			call func()
		}{
			{"asm: Add: slices of different lengths", func() { k.Add(f(16), f(17), f(16)) }},
			{"asm: ReLU: slices of different lengths", func() { k.ReLU(f(16), f(15)) }},
			{"asm: SGD: slices of different lengths", func() { k.SGD(f(16), f(16), f(15), 1, 1, 1) }},
			{"asm: Dot: slices of different lengths", func() { k.Dot(f(16), f(15)) }},
			{"asm: ColSums: not a whole number of rows", func() { k.ColSums(f(16), f(17)) }},
			{"asm: AddRow: not a whole number of rows", func() { k.AddRow(f(16), f(16), nil) }},
			{"asm: NormGrad: slices of different numbers of channels", func() { k.NormGrad(f(16), f(16), f(16), f(8), f(8), f(4)) }},
			{"asm: MaxPool2x2: rows too short", func() { k.MaxPool2x2(f(16), f(32), f(31), 16) }},
			{"asm: MaxPool2x2: not a whole number of pixels", func() { k.MaxPool2x2(f(16), f(32), f(32), 3) }},
			{"asm: MaxPool2x2: not a whole number of pixels", func() { k.MaxPool2x2(f(16), f(32), f(32), 0) }},
			{"asm: MaxPool2x2: not a whole number of pixels", func() { k.MaxPool2x2(f(16), f(32), f(32), -1) }},
			{"asm: Depthwise: not a whole number of pixels", func() { k.Depthwise(f(31), nil, 16, nil, nil, f(16)) }},
			{"asm: Depthwise: not a whole number of pixels", func() { k.Depthwise(nil, nil, 16, nil, nil, nil) }},
			{"asm: Depthwise: impossible stride", func() { k.Depthwise(f(32), nil, -1, nil, nil, f(16)) }},
			{"asm: Depthwise: a tap is outside of the input or the filter", func() { k.Depthwise(f(80), f(85), 16, []asm.Tap{{X: 6}}, f(16), f(16)) }},
			{"asm: Depthwise: a tap is outside of the input or the filter", func() { k.Depthwise(f(80), f(85), 16, []asm.Tap{{X: -1}}, f(16), f(16)) }},
			{"asm: Depthwise: a tap is outside of the input or the filter", func() { k.Depthwise(f(80), f(85), 16, []asm.Tap{{W: -1}}, f(16), f(16)) }},
			{"asm: DepthwiseGrad: not a whole number of pixels", func() { k.DepthwiseGrad(f(16), f(31), f(32), 16) }},
			{"asm: DepthwiseGrad: not a whole number of pixels", func() { k.DepthwiseGrad(nil, nil, nil, 16) }},
			{"asm: DepthwiseGrad: x is too short", func() { k.DepthwiseGrad(f(16), f(32), f(31), 16) }},
			{"asm: DepthwiseGrad: x is too short", func() { k.DepthwiseGrad(f(16), f(32), f(32), -1) }},
			{"asm: Winograd: slice too short", func() { k.Winograd4.Input(f(575), 96, 16, f(576), 96, 16, 16) }},
			{"asm: Winograd: impossible size or stride", func() { k.Winograd4.Input(f(576), -1, 16, f(576), 96, 16, 16) }},
			{"asm: Winograd: impossible size or stride", func() { k.Winograd4.Input(f(576), 96, -1, f(576), 96, 16, 16) }},
			{"asm: Winograd: impossible size or stride", func() { k.Winograd4.Input(f(576), 96, 16, f(576), 96, 16, -1) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 15, f(32), 2, f(288), 32, 16, 2, 16, false) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), -1, f(288), 32, 16, 2, 16, false) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), 2, f(288), -1, 16, 2, 16, false) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), 2, f(288), 32, -1, 2, 16, false) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), 2, f(288), 32, 16, -1, 16, false) }},
			{"asm: FilterProduct: impossible size or stride", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), 2, f(288), 32, 16, 2, -1, false) }},
			{"asm: FilterProduct: M too short", func() { k.Winograd2.FilterProduct(f(255), 16, f(32), 2, f(288), 32, 16, 2, 16, false) }},
			{"asm: FilterProduct: V or filters too short", func() { k.Winograd2.FilterProduct(f(256), 16, f(31), 2, f(288), 32, 16, 2, 16, false) }},
			{"asm: FilterProduct: V or filters too short", func() { k.Winograd2.FilterProduct(f(256), 16, f(32), 2, f(287), 32, 16, 2, 16, false) }},
			{"asm: CopyRows: slice too short", func() { k.CopyRows(3, 20, f(100), 40, f(59), 20) }},
			{"asm: CopyRows: slice too short", func() { k.CopyRows(3, 20, f(99), 40, f(60), 20) }},
			{"asm: CopyRows: slice too short", func() { k.CopyRows(3, 2, f(10), 4, f(5), 2) }},
			{"asm: CopyRows: impossible size or stride", func() { k.CopyRows(-1, 20, f(100), 40, f(60), 20) }},
			{"asm: CopyRows: impossible size or stride", func() { k.CopyRows(3, -1, f(100), 40, f(60), 20) }},
			{"asm: CopyRows: impossible size or stride", func() { k.CopyRows(3, 20, f(100), 19, f(60), 20) }},
			{"asm: CopyRows: impossible size or stride", func() { k.CopyRows(3, 20, f(100), 40, f(60), -1) }},
			{"asm: GemmRows: C too short", func() { k.GemmRows(2, 1, 8, f(100), 1, f(100), 8, 8, f(15), 8, false) }},
			{"asm: GemmRows: A or B too short", func() { k.GemmRows(2, 2, 8, f(100), 2, f(31), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: A or B too short", func() { k.GemmRows(2, 2, 8, f(3), 2, f(32), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, 2, 8, f(100), 2, f(32), 16, 8, f(16), 7, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(-1, 2, 8, f(4), 2, f(32), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, -1, 8, f(4), 2, f(32), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, 2, -1, f(4), 2, f(32), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, 2, 8, f(4), -1, f(32), 16, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, 2, 8, f(4), 2, f(32), -1, 8, f(16), 8, false) }},
			{"asm: GemmRows: impossible size or stride", func() { k.GemmRows(2, 2, 8, f(4), 2, f(32), 16, -1, f(16), 8, false) }},
			{"asm: Gemm: C too short", func() { k.Gemm(1, f(100), 1, 1, f(100), 0, f(k.MR*k.NR-1), k.NR, false) }},
			{"asm: Gemm: A or B too short", func() { k.Gemm(2, f(k.MR), 1, 1, f(100), 0, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: A or B too short", func() { k.Gemm(2, f(k.MR+1), 1, 1, f(2*k.NR-1), k.NR, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: impossible size or stride", func() { k.Gemm(-1, nil, 1, 1, nil, 0, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: impossible size or stride", func() { k.Gemm(2, f(100), -1, 1, f(100), 0, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: impossible size or stride", func() { k.Gemm(2, f(100), 1, -1, f(100), 0, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: impossible size or stride", func() { k.Gemm(2, f(100), 1, 1, f(100), -1, f(k.MR*k.NR), k.NR, false) }},
			{"asm: Gemm: impossible size or stride", func() { k.Gemm(2, f(100), 1, 1, f(100), 0, f(k.MR*k.NR), k.NR-1, false) }},
		} {
			func() {
				defer func() {
					if got := recover(); got != c.want {
						t.Errorf("%v: panic %v, want %q", k.ISA, got, c.want)
					}
				}()
				c.call()
			}()
		}
	}
}

// TestShortSlicesPanic takes the last float of each slice away: conform's are not one
// float longer than a kernel may touch.
func TestShortSlicesPanic(t *testing.T) {
	says := map[string]int{"Sum": 1, "Winograd2.Output": 2, "Winograd4.Output": 2} // the slice whose length is the size
	for _, k := range asm.Available() {
		for _, kc := range cases {
			s := conform.Shape{N: 9, C: 34} // of an even number of channels: no pixel is left over
			for i := range kc.Lengths(s) {
				if size, ok := says[kc.Name]; ok && i == size {
					continue
				}
				a := kc.Fill(s, func() float32 { return 0 })
				if len(a[i]) == 1 {
					continue // for what a kernel returns
				}
				a[i] = slices.Clip(a[i][:len(a[i])-1])
				func() {
					defer func() {
						if got, _ := recover().(string); !strings.HasPrefix(got, "asm: ") {
							t.Errorf("%v %s: panic %q with slice %d too short, want it to begin with \"asm: \"", k.ISA, kc.Name, got, i)
						}
					}()
					kc.Run(k, s, a)
				}()
			}
		}
	}
}
