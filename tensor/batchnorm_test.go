package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"sdrm/internal/fill"
	"sdrm/internal/golden"
	"sdrm/tensor"
)

// newNorm returns a batch normalisation with memory for its statistics.
func newNorm(gamma, beta *tensor.Tensor, then tensor.AfterNorm) tensor.BatchNorm {
	c := len(gamma.Data)
	return tensor.BatchNorm{Gamma: gamma, Beta: beta, Running: tensor.NewRunningStats(c),
		Stats: tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c))), Then: then}
}

// grads returns where the gradients of a batch normalisation of c channels go.
func grads(dx *tensor.Tensor, c int) tensor.BatchNormGrads {
	row := tensor.Shape{1, 1, 1, c}
	return tensor.BatchNormGrads{X: dx, Gamma: tensor.New(row), Beta: tensor.New(row)}
}

func hashedTensor(seed uint32, shape tensor.Shape, offset float32) *tensor.Tensor {
	x := tensor.New(shape)
	fill.Hashed(x.Data, seed)
	for i := range x.Data {
		x.Data[i] += offset
	}
	return x
}

func TestBatchNormAgainstPyTorch(t *testing.T) {
	cases := golden.Read[[]struct {
		Shape                tensor.Shape
		Offset               float32
		ReLU                 bool
		Y, DX, DGamma, DBeta []float64
		RunningMean          []float64 `json:"running_mean"`
		RunningVar           []float64 `json:"running_var"`
	}](t, "testdata/batchnorm.json")
	if len(cases) == 0 {
		t.Fatal("testdata/batchnorm.json holds no case")
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%v/relu=%v", c.Shape, c.ReLU), func(t *testing.T) {
			row := tensor.Shape{1, 1, 1, c.Shape.C()}
			gamma, beta := hashedTensor(1, row, 0.5), hashedTensor(2, row, -0.5)
			b := newNorm(gamma, beta, tensor.NormOnly)
			if c.ReLU {
				b.Then = tensor.NormReLU
			}
			y := tensor.New(c.Shape)
			x := hashedTensor(3, c.Shape, c.Offset)
			tensor.BatchNormTraining(y, x, b)
			x = hashedTensor(4, c.Shape, c.Offset)
			tensor.BatchNormTraining(y, x, b)

			dy, dx := hashedTensor(5, c.Shape, -0.5), tensor.New(c.Shape)
			d := grads(dx, c.Shape.C())
			tensor.BatchNormGrad(d, dy, nil, x, b)
			for _, r := range []struct {
				what string
				got  []float32
				want []float64
			}{
				{"y", everyThirtySeventh(y), c.Y}, {"dx", everyThirtySeventh(dx), c.DX},
				{"dgamma", d.Gamma.Data, c.DGamma}, {"dbeta", d.Beta.Data, c.DBeta},
				{"running mean", b.Running.Mean.Data, c.RunningMean}, {"running variance", b.Running.Var.Data, c.RunningVar},
			} {
				if e := relativeError(r.got, r.want); !(e <= 2e-5) {
					t.Errorf("%s: relative error %.2g, want at most 2e-5", r.what, e)
				}
			}

			// In place, over the input, and without dx.
			tensor.BatchNormGrad(grads(nil, c.Shape.C()), dy, nil, x, b)
			over := tensor.New(c.Shape)
			tensor.Copy(over, x)
			tensor.BatchNormGrad(grads(over, c.Shape.C()), dy, nil, over, b)
			tensor.BatchNormGrad(grads(dy, c.Shape.C()), dy, nil, x, b)
			tensor.BatchNormTraining(x, x, b)
			for i := range dx.Data {
				if dy.Data[i] != dx.Data[i] || over.Data[i] != dx.Data[i] || x.Data[i] != y.Data[i] {
					t.Fatalf("element %d differs in place: gradient %v and over the input %v, want %v, result %v and %v",
						i, dy.Data[i], over.Data[i], dx.Data[i], x.Data[i], y.Data[i])
				}
			}
		})
	}
}

func everyThirtySeventh(x *tensor.Tensor) []float32 {
	var out []float32
	for i := 0; i < len(x.Data); i += 37 {
		out = append(out, x.Data[i])
	}
	return out
}

// Statistics do not suffer from a mean that is large beside the deviation.
func TestBatchNormFarFromZero(t *testing.T) {
	shape := tensor.Shape{40, 5, 5, 3}
	x, row := random(1, shape), tensor.Shape{1, 1, 1, 3}
	for i := range x.Data {
		x.Data[i] += 1000
	}
	b := newNorm(hashedTensor(1, row, 0.5), tensor.New(row), tensor.NormOnly)
	y := tensor.New(shape)
	tensor.BatchNormTraining(y, x, b)
	for ch := range 3 {
		mean, square := 0.0, 0.0
		for i := ch; i < len(x.Data); i += 3 {
			mean += float64(x.Data[i]) / float64(shape.Rows())
		}
		for i := ch; i < len(x.Data); i += 3 {
			d := float64(x.Data[i]) - mean
			square += d * d / float64(shape.Rows())
		}
		if got, want := float64(b.Stats.InvStd[ch]), 1/math.Sqrt(square+tensor.BatchNormEpsilon); math.Abs(got-want) > 1e-5*want {
			t.Errorf("channel %d: 1/deviation %v, want %v", ch, got, want)
		}
	}
}

func TestBatchNormWantsTwoValues(t *testing.T) {
	defer func() {
		const want = "tensor: BatchNormTraining: shape 1×1×1×3 has one value a channel, a variance needs more"
		if got := recover(); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	row := tensor.Shape{1, 1, 1, 3}
	x := tensor.New(row)
	tensor.BatchNormTraining(x, x, newNorm(x, x, tensor.NormOnly))
}
