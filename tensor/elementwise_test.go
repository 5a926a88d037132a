package tensor_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"sdrm/internal/parallel"
	"sdrm/internal/warm"
	"sdrm/tensor"
)

// elementSizes lie around the 32768 elements of a chunk.
var elementSizes = []int{1, 3, 16, 17, 32767, 32768, 32769, 70001}

func TestElementwise(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(dst, x, y *tensor.Tensor)
		want func(x, y float64) float64
	}{
		{"zero", func(dst, x, y *tensor.Tensor) { tensor.Zero(dst) }, func(x, y float64) float64 { return 0 }},
		{"copy", func(dst, x, y *tensor.Tensor) { tensor.Copy(dst, x) }, func(x, y float64) float64 { return x }},
		{"add", tensor.Add, func(x, y float64) float64 { return x + y }},
		{"scale", func(dst, x, y *tensor.Tensor) { tensor.Scale(dst, -3, x) }, func(x, y float64) float64 { return -3 * x }},
		{"relu", func(dst, x, y *tensor.Tensor) { tensor.ReLU(dst, x) }, func(x, y float64) float64 { return max(x, 0) }},
		{"relugrad", tensor.ReLUGrad, func(x, y float64) float64 {
			if y > 0 {
				return x
			}
			return 0
		}},
	} {
		for _, n := range elementSizes {
			t.Run(fmt.Sprintf("%s/n=%d", c.name, n), func(t *testing.T) {
				shape := tensor.Shape{1, 1, 1, n}
				dst, x, y := random(1, shape), random(2, shape), random(3, shape)
				want := make([]float64, n)
				for i := range want {
					want[i] = float64(float32(c.want(float64(x.Data[i]), float64(y.Data[i]))))
				}
				c.do(dst, x, y)
				for i, w := range want {
					if float64(dst.Data[i]) != w {
						t.Fatalf("element %d is %v, want %v", i, dst.Data[i], w)
					}
				}
				// In place, where the documentation allows it.
				c.do(x, x, y)
				for i, w := range want {
					if float64(x.Data[i]) != w {
						t.Fatalf("in place: element %d is %v, want %v", i, x.Data[i], w)
					}
				}
			})
		}
	}
}

func TestElementwiseSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := &tensor.Tensor{Shape: tensor.Shape{1, 1, 1, 4}, Data: []float32{nan, -inf, inf, float32(math.Copysign(0, -1))}}
	y := tensor.New(x.Shape)
	tensor.ReLU(y, x)
	if y.Data[0] == y.Data[0] || y.Data[1] != 0 || y.Data[2] != inf || y.Data[3] != 0 {
		t.Errorf("ReLU of %v is %v", x.Data, y.Data)
	}
}

// rowSizes lie around the 256 rows of a chunk.
var rowSizes = []int{1, 2, 255, 256, 257, 1000}

func TestRows(t *testing.T) {
	for _, rows := range rowSizes {
		for _, c := range []int{1, 3, 16, 17, 40} {
			t.Run(fmt.Sprintf("%dx%d", rows, c), func(t *testing.T) {
				x, row := random(1, tensor.Shape{rows, 1, 1, c}), random(2, tensor.Shape{1, 1, 1, c})
				sum := make([]float64, c)
				for i, v := range x.Data {
					sum[i%c] += float64(v)
				}
				got := tensor.New(row.Shape)
				tensor.SumRows(got, x)
				if e := relativeError(got.Data, sum); !(e <= 1e-5) {
					t.Errorf("SumRows: relative error %.2g", e)
				}
				y := tensor.New(x.Shape)
				tensor.AddRow(y, x, row)
				for i, v := range y.Data {
					if want := x.Data[i] + row.Data[i%c]; v != want {
						t.Fatalf("AddRow: element %d is %v, want %v", i, v, want)
					}
				}
			})
		}
	}
}

func TestMismatchedShapesPanic(t *testing.T) {
	a, b := tensor.New(tensor.Shape{1, 2, 2, 3}), tensor.New(tensor.Shape{1, 2, 2, 4})
	row := tensor.New(tensor.Shape{1, 1, 1, 3})
	pool := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	norm := newNorm(row, row, tensor.NormOnly)
	one, strided := tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.ConvGeometry{Kernel: 5, Stride: 2, Pad: 1}
	low, narrow, filters := tensor.New(tensor.Shape{1, 2, 3, 3}), tensor.New(tensor.Shape{1, 3, 2, 3}), tensor.New(tensor.Shape{5, 5, 3, 3})
	conv := func(w *tensor.Tensor, g tensor.ConvGeometry) tensor.Conv { return tensor.Conv{Weights: w, Geometry: g} }
	wrong := norm
	wrong.Beta = b
	part, whole := a.Channels(0, 2), tensor.New(tensor.Shape{1, 2, 2, 2})
	for want, do := range map[string]func(){
		"tensor: Copy: ":              func() { tensor.Copy(a, b) },
		"tensor: Add: ":               func() { tensor.Add(a, a, b) },
		"tensor: Scale: ":             func() { tensor.Scale(a, 1, b) },
		"tensor: ReLU: ":              func() { tensor.ReLU(a, b) },
		"tensor: ReLUGrad: ":          func() { tensor.ReLUGrad(a, b, a) },
		"tensor: AddRow: shapes":      func() { tensor.AddRow(a, b, row) },
		"tensor: AddRow: row has":     func() { tensor.AddRow(b, b, row) },
		"tensor: SumRows: dst has":    func() { tensor.SumRows(row, b) },
		"tensor: Conv2D: filters are": func() { tensor.Conv2D(a, a, conv(b, tensor.ConvGeometry{Kernel: 1, Stride: 1})) },
		"tensor: Conv2D: no such":     func() { tensor.Conv2D(a, a, conv(b, tensor.ConvGeometry{Kernel: 1})) },
		"tensor: Conv2D: 3 and 4 channels do not fall into 2 groups": func() {
			tensor.Conv2D(b, a, conv(row, tensor.ConvGeometry{Kernel: 1, Stride: 1, Groups: 2}))
		},
		"tensor: Conv2D: kernel 5 with padding 1 does not fit input 1×2×3×3": func() { tensor.Conv2D(row, low, conv(filters, strided)) },
		"tensor: Conv2D: kernel 5 with padding 1 does not fit input 1×3×2×3": func() { tensor.Conv2D(row, narrow, conv(filters, strided)) },
		"tensor: MaxPool: ":            func() { tensor.MaxPool(a, a, pool) },
		"tensor: MaxPoolGrad: ":        func() { tensor.MaxPoolGrad(a, a, a, a, pool) },
		"tensor: AvgPool: ":            func() { tensor.AvgPool(a, a, pool) },
		"tensor: AvgPoolGrad: ":        func() { tensor.AvgPoolGrad(a, a, pool) },
		"tensor: GlobalAvgPool: ":      func() { tensor.GlobalAvgPool(a, a) },
		"tensor: GlobalAvgPoolGrad: ":  func() { tensor.GlobalAvgPoolGrad(a, a) },
		"tensor: ScaleChannels: ":      func() { tensor.ScaleChannels(a, a, b) },
		"tensor: ScaleChannelsGrad: ":  func() { tensor.ScaleChannelsGrad(a, a, a) },
		"tensor: ConcatChannels: ":     func() { tensor.ConcatChannels(a, a, b) },
		"tensor: TakeChannels: shapes": func() { tensor.TakeChannels(row, a, 0) },
		"tensor: TakeChannels: 3":      func() { tensor.TakeChannels(a, b, 2) },
		"tensor: PutChannels: shapes":  func() { tensor.PutChannels(a, row, 0) },
		"tensor: PutChannels: 3":       func() { tensor.PutChannels(b, a, 2) },
		"tensor: Channels: 2":          func() { b.Channels(3, 2) },
		"tensor: AddChannels: ":        func() { tensor.AddChannels(a, b) },
		"tensor: Moments: ":            func() { tensor.Moments(a, b) },
		"tensor: Conv2DGradInputSums: ": func() {
			tensor.Conv2DGradInputSums(a, a, conv(tensor.New(tensor.Shape{1, 1, 3, 3}), one), tensor.NormSums{X: b, Sums: b})
		},
		"tensor: Conv2D: stats have": func() {
			c := conv(tensor.New(tensor.Shape{1, 1, 3, 3}), one)
			c.Before = norm.Stats
			c.Before.Scale = c.Before.Scale[:2]
			tensor.Conv2D(a, a, c)
		},
		"tensor: Conv2DNormGrad: ": func() {
			c := conv(tensor.New(tensor.Shape{1, 1, 3, 3}), one)
			tensor.Conv2DNormGrad(tensor.ConvNormGrads{X: b, Conv: c}, a, a, a, c, norm)
		},
		"tensor: PoolGeometry: ":            func() { tensor.PoolGeometry{Kernel: 2}.Out(a.Shape) },
		"tensor: BatchNormTraining: ":       func() { tensor.BatchNormTraining(b, b, norm) },
		"tensor: BatchNormInference: ":      func() { tensor.BatchNormInference(a, a, wrong) },
		"tensor: BatchNormGrad: ":           func() { tensor.BatchNormGrad(grads(a, 3), b, nil, a, norm) },
		"tensor: SoftmaxCrossEntropy: ":     func() { tensor.SoftmaxCrossEntropy(a, b, []int{0}) },
		"tensor: SoftmaxCrossEntropyGrad: ": func() { tensor.SoftmaxCrossEntropyGrad(row, row, []int{-1}, 1) },
		"tensor: Zero: the pixels":          func() { tensor.Zero(&part) },
		"tensor: Copy: the pixels":          func() { tensor.Copy(whole, &part) },
		"tensor: Add: the pixels":           func() { tensor.Add(&part, whole, whole) },
		"tensor: Normalise: the pixels":     func() { tensor.Normalise(whole, &part, nil, []float32{1, 1}) },
		"tensor: Stamp: the pixels": func() {
			tensor.Stamp(whole, &part, tensor.New(tensor.Shape{1, 2, 2, 1}), tensor.New(tensor.Shape{1, 2, 2, 2}))
		},
		"tensor: Conv2DNormTraining: the pixels": func() {
			tensor.Conv2DNormTraining(whole, whole, &part, conv(tensor.New(tensor.Shape{1, 1, 2, 2}), one), norm)
		},
		"tensor: Sum: the pixels":     func() { tensor.Sum(&part) },
		"tensor: SumRows: the pixels": func() { tensor.SumRows(tensor.New(tensor.Shape{1, 1, 1, 2}), &part) },
		"tensor: Conv2D: the pixels": func() {
			tensor.Conv2D(whole, &part, conv(tensor.New(tensor.Shape{1, 1, 2, 2}), one))
		},
		"tensor: Conv2DGradWeights: the pixels": func() {
			tensor.Conv2DGradWeights(conv(tensor.New(tensor.Shape{1, 1, 2, 2}), one), whole, &part)
		},
		"tensor: Dropout: ": func() { tensor.Dropout(a, a, float32(math.NaN()), 0) },
	} {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.HasPrefix(got, want) {
					t.Errorf("panic %q, want it to begin with %q", got, want)
				}
			}()
			do()
		})
	}
}

// Loops over many workers take the same memory as in one.
func TestElementwiseAllocatesNothingWhenWarm(t *testing.T) {
	defer parallel.SetWorkers(0)
	x, y := random(1, tensor.Shape{4, 32, 32, 17}), random(2, tensor.Shape{4, 32, 32, 17})
	row := random(3, tensor.Shape{1, 1, 1, 17})
	step := func() {
		tensor.Zero(y)
		tensor.Add(y, y, x)
		tensor.Scale(y, 0.5, y)
		tensor.AddRow(y, y, row)
		tensor.SumRows(row, y)
	}
	for _, workers := range []int{1, 2} {
		parallel.SetWorkers(workers)
		for range 3 {
			step()
		}
		if n := warm.Allocations(step); n != 0 {
			t.Errorf("%d workers: %v allocations, want 0", workers, n)
		}
	}
}
