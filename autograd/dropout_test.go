package autograd_test

import (
	"math"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// Values and gradients are PyTorch's, and as many elements are kept as SciPy's
// binomial distribution allows (testdata/dropout.py).
func TestDropoutAgainstPyTorch(t *testing.T) {
	want := golden.Read[struct {
		Cases []struct {
			P           float32
			Seed        uint64
			Step, Layer int
			X, DY       []float32
			Y, DX       []float64
		}
		Bounds []struct {
			N, Low, High int
			P            float32
		}
	}](t, "testdata/dropout.json")
	for _, c := range want.Cases {
		tape := tape{Step: c.Step}
		tape.Reset(autograd.Training)
		x := autograd.NewParam(vector(c.X...))
		y := autograd.Dropout(&tape, x, c.P, c.Seed, c.Layer)
		y.Keep()
		tape.Backward(project(&tape, y, vector(c.DY...)))
		for i := range c.X {
			for _, v := range []struct {
				what      string
				got, want float64
			}{{"y", float64(y.Value.Data[i]), c.Y[i]}, {"dx", float64(x.Grad.Data[i]), c.DX[i]}} {
				if !(math.Abs(v.got-v.want) <= 1e-6*math.Abs(v.want)) {
					t.Errorf("p = %v, seed %d: %s[%d] is %v, want %v", c.P, c.Seed, v.what, i, v.got, v.want)
				}
			}
		}
	}
	for _, b := range want.Bounds {
		ones := tensor.New(row(b.N))
		for i := range ones.Data {
			ones.Data[i] = 1
		}
		var tape tape
		tape.Reset(autograd.Training)
		kept := 0
		for _, v := range autograd.Dropout(&tape, tape.Input(ones), b.P, 1, 1).Value.Data {
			if v != 0 {
				kept++
			}
		}
		if kept < b.Low || kept > b.High {
			t.Errorf("p = %v: %d of %d elements are kept, want %d to %d", b.P, kept, b.N, b.Low, b.High)
		}
	}
}
