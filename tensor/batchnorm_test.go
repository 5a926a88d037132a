package tensor_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"sdrm/tensor"
)

// hashed returns n numbers in [0, 1), as testdata/batchnorm.py makes them.
func hashed(seed uint32, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		x := uint32(i) + seed<<20
		x ^= x >> 16
		x *= 0x7feb352d
		x ^= x >> 15
		x *= 0x846ca68b
		x ^= x >> 16
		out[i] = float32(x>>8) * 0x1p-24
	}
	return out
}

func hashedTensor(seed uint32, shape tensor.Shape, offset float32) *tensor.Tensor {
	x := &tensor.Tensor{Shape: shape, Data: hashed(seed, shape.Len())}
	for i := range x.Data {
		x.Data[i] += offset
	}
	return x
}

func TestBatchNormAgainstPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/batchnorm.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Shape                tensor.Shape
		Offset               float32
		ReLU                 bool
		Y, DX, DGamma, DBeta []float64
		RunningMean          []float64 `json:"running_mean"`
		RunningVar           []float64 `json:"running_var"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("testdata/batchnorm.json holds no case")
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%v/relu=%v", c.Shape, c.ReLU), func(t *testing.T) {
			row := tensor.Shape{1, 1, 1, c.Shape.C()}
			gamma, beta := hashedTensor(1, row, 0.5), hashedTensor(2, row, -0.5)
			running := tensor.NewRunningStats(c.Shape.C())
			stats := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c.Shape.C())))
			y := tensor.New(c.Shape)
			x := hashedTensor(3, c.Shape, c.Offset)
			tensor.BatchNorm(y, x, nil, gamma, beta, stats, running, c.ReLU)
			x = hashedTensor(4, c.Shape, c.Offset)
			tensor.BatchNorm(y, x, nil, gamma, beta, stats, running, c.ReLU)

			dy, dx := hashedTensor(5, c.Shape, -0.5), tensor.New(c.Shape)
			dgamma, dbeta := tensor.New(row), tensor.New(row)
			tensor.BatchNormGrad(dx, dgamma, dbeta, dy, x, gamma, stats, c.ReLU)
			for _, r := range []struct {
				what string
				got  []float32
				want []float64
			}{
				{"y", everyThirtySeventh(y), c.Y}, {"dx", everyThirtySeventh(dx), c.DX},
				{"dgamma", dgamma.Data, c.DGamma}, {"dbeta", dbeta.Data, c.DBeta},
				{"running mean", running.Mean.Data, c.RunningMean}, {"running variance", running.Var.Data, c.RunningVar},
			} {
				if e := relativeError(r.got, r.want); !(e <= 2e-5) {
					t.Errorf("%s: relative error %.2g, want at most 2e-5", r.what, e)
				}
			}

			// In place, and without dx.
			tensor.BatchNormGrad(nil, dgamma, dbeta, dy, x, gamma, stats, c.ReLU)
			tensor.BatchNormGrad(dy, dgamma, dbeta, dy, x, gamma, stats, c.ReLU)
			tensor.BatchNorm(x, x, nil, gamma, beta, stats, running, c.ReLU)
			for i := range dx.Data {
				if dy.Data[i] != dx.Data[i] || x.Data[i] != y.Data[i] {
					t.Fatalf("element %d differs in place: gradient %v and %v, result %v and %v",
						i, dy.Data[i], dx.Data[i], x.Data[i], y.Data[i])
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
	gamma, beta := hashedTensor(1, row, 0.5), tensor.New(row)
	stats := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(3)))
	y := tensor.New(shape)
	tensor.BatchNorm(y, x, nil, gamma, beta, stats, tensor.NewRunningStats(3), false)
	for ch := range 3 {
		mean, square := 0.0, 0.0
		for i := ch; i < len(x.Data); i += 3 {
			mean += float64(x.Data[i]) / float64(shape.Rows())
		}
		for i := ch; i < len(x.Data); i += 3 {
			d := float64(x.Data[i]) - mean
			square += d * d / float64(shape.Rows())
		}
		if got, want := float64(stats.InvStd[ch]), 1/math.Sqrt(square+tensor.BatchNormEpsilon); math.Abs(got-want) > 1e-5*want {
			t.Errorf("channel %d: 1/deviation %v, want %v", ch, got, want)
		}
	}
}

func TestBatchNormWantsTwoValues(t *testing.T) {
	defer func() {
		const want = "tensor: BatchNorm: shape 1×1×1×3 has one value a channel, a variance needs more"
		if got := recover(); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	row := tensor.Shape{1, 1, 1, 3}
	x := tensor.New(row)
	stats := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(3)))
	tensor.BatchNorm(x, x, nil, x, x, stats, tensor.NewRunningStats(3), false)
}
