package asm_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sdrm/asm"
	"sdrm/internal/fmath"
)

// TestExp64 compares every table with fmath.Exp bit for bit: where all results are
// normal, and with one number in every place for which vectors have no result.
func TestExp64(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := []float64{708, -708, 0, math.Copysign(0, -1), 0x1p-1074, -0x1p-60, math.Ln2 / 2, -math.Ln2 / 2}
	for range 20000 {
		x = append(x, r.Float64()*1416-708, -r.ExpFloat64(), math.Ldexp(r.NormFloat64(), -r.IntN(80)), float64(r.IntN(2000)-1000)*math.Ln2/2)
	}
	cases := [][]float64{x}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Nextafter(708, 800), 709.7, 710, -708.1, -745, -800, math.MaxFloat64} {
		for at := range 19 {
			odd := make([]float64, 19)
			for i := range odd {
				odd[i] = -r.ExpFloat64()
			}
			odd[at] = v
			cases = append(cases, odd)
		}
	}
	for _, k := range asm.Available() {
		for _, x := range cases {
			got := make([]float64, len(x))
			k.Exp64(got, x)
			for i, v := range x {
				if want := fmath.Exp(v); math.Float64bits(got[i]) != math.Float64bits(want) && want == want || (got[i] != got[i]) != (want != want) {
					t.Fatalf("%v: Exp64(%v) = %v, want %v", k.ISA, v, got[i], want)
				}
			}
		}
	}
}

func TestExp64PanicsOnLengthsThatDiffer(t *testing.T) {
	for _, k := range asm.Available() {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v: no panic", k.ISA)
				}
			}()
			k.Exp64(make([]float64, 8), make([]float64, 9))
		}()
	}
}
