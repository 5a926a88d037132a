package autograd_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// nanCase is an op's result, and its gradient if that is compared. Numbers are words,
// for JSON has no NaN.
type nanCase struct {
	Op             string
	Shape          tensor.Shape
	Kernel, Stride int
	X, Y, DY, DX   string
}

// NaN goes where it goes in PyTorch, which wrote the results (testdata/nan.py).
func TestNaNAgainstPyTorch(t *testing.T) {
	cases := golden.Read[[]nanCase](t, "testdata/nan.json")
	if len(cases) == 0 {
		t.Fatal("testdata/nan.json holds no case")
	}
	for _, k := range asm.Available() {
		t.Run(k.ISA.String(), func(t *testing.T) {
			defer asm.Use(k)()
			for _, c := range cases {
				c.check(t)
			}
		})
	}
}

func (c nanCase) check(t *testing.T) {
	t.Helper()
	var tape tape
	tape.Reset(autograd.Training)
	x := autograd.NewParam(&tensor.Tensor{Shape: c.Shape, Data: floats(t, c.X)})
	y := c.record(&tape, x)
	sameOrNaN(t, c.Op+": y", y.Value.Data, floats(t, c.Y))
	if c.DX != "" {
		dy := &tensor.Tensor{Shape: y.Value.Shape, Data: floats(t, c.DY)}
		tape.Backward(project(&tape, y, dy))
		sameOrNaN(t, c.Op+": dx", x.Grad.Data, floats(t, c.DX))
	}
}

func (c nanCase) record(t *tape, x *node) *node {
	switch c.Op {
	case "pool":
		return autograd.MaxPool2D(t, x, tensor.PoolGeometry{Kernel: c.Kernel, Stride: c.Stride})
	case "relu":
		return autograd.ReLU(t, x)
	case "relu6":
		return autograd.ReLU6(t, x)
	case "norm, relu, pool":
		channels := c.Shape.C()
		constant := func(v float32) *tensor.Tensor {
			constants := tensor.New(row(channels))
			for i := range constants.Data {
				constants.Data[i] = v
			}
			return constants
		}
		n := autograd.NormParams{Gamma: t.Input(constant(2)), Beta: t.Input(constant(-1)),
			Running: tensor.RunningStats{Mean: constant(0.5), Var: constant(0.25)}, Fixed: true}
		return autograd.BatchNorm2D(t, x, n, tensor.NormReLUPool)
	}
	panic("no op " + c.Op)
}

func floats(t *testing.T, words string) (v []float32) {
	t.Helper()
	for word := range strings.FieldsSeq(words) {
		f, err := strconv.ParseFloat(word, 32)
		if err != nil {
			t.Fatal(err)
		}
		v = append(v, float32(f))
	}
	return v
}

// sameOrNaN wants NaN where PyTorch has it and elsewhere the number, to rounding.
func sameOrNaN(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		g, w := float64(v), float64(want[i])
		near := !math.IsInf(w, 0) && math.Abs(g-w) <= 1e-6*math.Abs(w)
		if g != w && !near && !(math.IsNaN(g) && math.IsNaN(w)) {
			t.Errorf("%s[%d] is %v, want %v", what, i, g, w)
		}
	}
}
