package tensor_test

import (
	"testing"

	"sdrm/tensor"
)

// epilogueCases are convolutions whose results fall into chunks of rows in every
// way: an image of several chunks, several images to a chunk, a last chunk that
// is short, several blocks of images, and chunks that no algorithm finishes.
var epilogueCases = append([]convCase{
	{2, 32, 32, 16, 20, same, tensor.Winograd4},
	{3, 16, 16, 16, 33, same, tensor.Winograd4},
	{2, 4, 128, 16, 17, same, tensor.Winograd4},
	{7, 8, 8, 20, 16, same, tensor.Winograd4},
	{37, 4, 4, 24, 17, same, tensor.Winograd4},
	{58, 8, 8, 16, 256, same, tensor.Winograd4},
	{2, 4, 4, 256, 240, same, tensor.Winograd4},
	{150, 2, 2, 18, 40, same, tensor.Winograd2},
	{600, 1, 1, 16, 16, same, tensor.Dense},
	{200, 1, 2, 16, 16, same, tensor.Winograd2},
	{2, 16, 8, 16, 16, same, tensor.Winograd4},
	{3, 32, 32, 3, 64, same, tensor.Im2col},
	{5, 32, 32, 5, 64, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Im2col},
	{9, 16, 16, 16, 32, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
	{3, 8, 8, 20, 20, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 20}, tensor.Depthwise},
}, convCases...)

func TestEpiloguesHaveTheBitsOfTheirParts(t *testing.T) {
	for _, c := range epilogueCases {
		t.Run(c.String(), func(t *testing.T) {
			x, w, bias, dy := c.tensors()
			if got := c.g.Algorithm(x.Shape, c.cout); got != c.want {
				t.Fatalf("algorithm %v, want %v", got, c.want)
			}
			channels := tensor.Shape{1, 1, 1, c.cout}
			gamma, beta := random(5, channels), random(6, channels)
			for _, bias := range []*tensor.Tensor{bias, nil} {
				conv := tensor.New(dy.Shape)
				tensor.Conv2D(conv, x, w, bias, c.g)
				stats := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c.cout)))
				running := tensor.NewRunningStats(c.cout)
				want := tensor.New(dy.Shape)
				tensor.BatchNorm(want, conv, nil, gamma, beta, stats, running, false)
				plain, relu := tensor.New(dy.Shape), tensor.New(dy.Shape)
				tensor.BatchNormInference(plain, conv, gamma, beta, running, false)
				tensor.BatchNormInference(relu, conv, gamma, beta, running, true)

				eachSetup(t, func(t *testing.T) {
					y, moments := random(7, dy.Shape), random(8, tensor.MomentsShape(dy.Shape))
					tensor.Conv2DMoments(y, moments, x, w, bias, c.g)
					equal(t, "result with moments", y, conv)
					seen := tensor.NewRunningStats(c.cout)
					tensor.BatchNorm(y, y, moments, gamma, beta, tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c.cout))), seen, false)
					equal(t, "normalised by the moments", y, want)
					equal(t, "running variance", seen.Var, running.Var)

					tensor.Conv2DNorm(y, x, w, bias, gamma, beta, running, c.g, false)
					equal(t, "normalised", y, plain)
					tensor.Conv2DNorm(y, x, w, bias, gamma, beta, running, c.g, true)
					equal(t, "normalised, with ReLU", y, relu)

					if tensor.NormPoolFits(dy.Shape) {
						halve := tensor.PoolGeometry{Kernel: 2, Stride: 2}
						pooled := random(9, halve.Out(dy.Shape))
						small := tensor.New(pooled.Shape)
						tensor.MaxPool(small, relu, halve)
						tensor.Conv2DNormPool(pooled, x, w, bias, gamma, beta, running, c.g)
						equal(t, "pooled", pooled, small)
					}
				})
			}
		})
	}
}

func TestEpiloguesPanicOnShapes(t *testing.T) {
	x, w := random(1, tensor.Shape{2, 8, 8, 3}), random(2, tensor.Shape{3, 3, 3, 4})
	y, row, short := tensor.New(tensor.Shape{2, 8, 8, 4}), tensor.New(tensor.Shape{1, 1, 1, 4}), tensor.New(tensor.Shape{1, 1, 1, 3})
	odd := random(3, tensor.Shape{2, 7, 8, 3})
	running := tensor.NewRunningStats(4)
	for prefix, call := range map[string]func(){
		"tensor: Conv2DMoments: shape": func() { tensor.Conv2DMoments(y, tensor.New(tensor.Shape{2, 2, 1, 4}), x, w, nil, same) },
		"tensor: Conv2DNorm: gamma":    func() { tensor.Conv2DNorm(y, x, w, nil, short, row, running, same, true) },
		"tensor: Conv2DNormPool: sha":  func() { tensor.Conv2DNormPool(y, x, w, nil, row, row, running, same) },
		"tensor: Conv2DNormPool: shap": func() { tensor.Conv2DNormPool(y, odd, w, nil, row, row, running, same) },
	} {
		func() {
			defer func() {
				if got, ok := recover().(string); !ok || len(got) < len(prefix) || got[:len(prefix)] != prefix {
					t.Errorf("panic %q, want one that begins with %q", got, prefix)
				}
			}()
			call()
		}()
	}
}
