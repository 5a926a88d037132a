package tensor_test

import (
	"strings"
	"testing"

	"sdrm/tensor"
)

// epilogueCases are convolutions whose results fall into chunks of rows in every
// way: an image of several chunks, several images to a chunk, a last chunk that
// is short, several blocks of images, chunks that no algorithm finishes, and chunks
// that do not hold whole windows.
var epilogueCases = append([]convCase{
	{2, 32, 32, 16, 20, same, tensor.Winograd4},
	{3, 16, 16, 16, 33, same, tensor.Winograd4},
	{2, 4, 128, 16, 17, same, tensor.Winograd4},
	{7, 8, 8, 20, 16, same, tensor.Winograd4},
	{37, 4, 4, 24, 17, same, tensor.Winograd4},
	severalBlocks,
	{2, 4, 4, 256, 240, same, tensor.Winograd4},
	{150, 2, 2, 18, 40, same, tensor.Winograd2},
	{600, 1, 1, 16, 16, same, tensor.Dense},
	{200, 1, 2, 16, 16, same, tensor.Winograd2},
	{2, 16, 8, 16, 16, same, tensor.Winograd4},
	{3, 32, 32, 3, 64, same, tensor.Im2col},
	{5, 32, 32, 5, 64, tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, tensor.Im2col},
	{9, 16, 16, 16, 32, tensor.ConvGeometry{Kernel: 1, Stride: 1}, tensor.Pointwise},
	{3, 8, 8, 20, 20, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 20}, tensor.Depthwise},
	{2, 24, 24, 3, 18, same, tensor.Im2col},
}, convCases...)

// severalBlocks goes through Winograd's steps in several blocks of images where the
// caches are small.
var severalBlocks = convCase{20, 8, 8, 16, 33, same, tensor.Winograd4}

func TestEpiloguesHaveTheBitsOfTheirParts(t *testing.T) {
	for _, c := range epilogueCases {
		t.Run(c.String(), func(t *testing.T) {
			x, p, dy := c.tensors()
			if got := c.g.Algorithm(tensor.ConvForward, x.Shape, c.cout); got != c.want {
				t.Fatalf("algorithm %v, want %v", got, c.want)
			}
			channels := tensor.Shape{1, 1, 1, c.cout}
			gamma, beta := random(5, channels), random(6, channels)
			follow := map[string]tensor.AfterNorm{
				"normalised": tensor.NormOnly, "normalised, with ReLU": tensor.NormReLU,
				"normalised, with ReLU, pooled": tensor.NormReLUPool, "normalised, added to, with ReLU": tensor.NormAddReLU,
			}
			if dy.Shape.H() < 2 || dy.Shape.W() < 2 {
				delete(follow, "normalised, with ReLU, pooled")
			}
			plus := random(9, dy.Shape)
			for _, p := range []tensor.Conv{p, unbiased(p)} {
				for name, then := range follow {
					if p.Bias == nil && then < tensor.NormReLUPool {
						continue // the others have all that comes after a convolution
					}
					parts := newNorm(gamma, beta, then)
					if then == tensor.NormAddReLU {
						parts.Then = tensor.NormOnly
					}
					conv := tensor.New(dy.Shape)
					tensor.Conv2D(conv, x, p)
					trained := tensor.New(then.Out(dy.Shape))
					tensor.BatchNormTraining(trained, conv, parts)
					inferred := tensor.New(trained.Shape)
					tensor.BatchNormInference(inferred, conv, parts)
					if then == tensor.NormAddReLU {
						for _, y := range []*tensor.Tensor{trained, inferred} {
							tensor.Add(y, y, plus)
							tensor.ReLU(y, y)
						}
					}

					eachSetup(t, func(t *testing.T) {
						if c == severalBlocks {
							defer smallCaches()()
						}
						one := newNorm(gamma, beta, then)
						one.Plus = plus
						y, z := random(7, trained.Shape), random(8, dy.Shape)
						tensor.Conv2DNormTraining(y, z, x, p, one)
						equal(t, "convolution", z, conv)
						equal(t, name+" by the batch", y, trained)
						again := random(10, y.Shape)
						tensor.BatchNormAgain(again, z, one)
						equal(t, name+" again", again, trained)
						equal(t, "running mean", one.Running.Mean, parts.Running.Mean)
						equal(t, "running variance", one.Running.Var, parts.Running.Var)
						tensor.Conv2DNormInference(y, x, p, one)
						equal(t, name, y, inferred)
					})
				}
			}
		})
	}
}

func TestEpiloguesPanicOnShapes(t *testing.T) {
	x, p := random(1, tensor.Shape{2, 8, 8, 3}), tensor.Conv{Weights: random(2, tensor.Shape{3, 3, 3, 4}), Geometry: same}
	y, row, short := tensor.New(tensor.Shape{2, 8, 8, 4}), tensor.New(tensor.Shape{1, 1, 1, 4}), tensor.New(tensor.Shape{1, 1, 1, 3})
	plain, pooled, added := newNorm(row, row, tensor.NormReLU), newNorm(row, row, tensor.NormReLUPool), newNorm(row, row, tensor.NormAddReLU)
	cut, without := plain, plain
	cut.Gamma, without.Stats = short, tensor.NormStats{}
	for prefix, call := range map[string]func(){
		"tensor: Conv2DNormTraining: output is 1×1×1×4":                           func() { tensor.Conv2DNormTraining(y, row, x, p, plain) },
		"tensor: Conv2DNormTraining: shapes":                                      func() { tensor.Conv2DNormTraining(y, y, x, p, pooled) },
		"tensor: Conv2DNormInference: gamma has":                                  func() { tensor.Conv2DNormInference(y, x, p, cut) },
		"tensor: Conv2DNormInference: stats have 0":                               func() { tensor.Conv2DNormInference(y, x, p, without) },
		"tensor: Conv2DNormInference: shapes":                                     func() { tensor.Conv2DNormInference(y, x, p, pooled) },
		"tensor: Conv2DNormInference: filters are":                                func() { tensor.Conv2DNormInference(y, y, p, plain) },
		"tensor: BatchNormInferenceGrad: a result that is pooled":                 func() { tensor.BatchNormInferenceGrad(y, y, y, pooled) },
		"tensor: BatchNormInferenceGrad: a result that is pooled or added to":     func() { tensor.BatchNormInferenceGrad(y, y, y, added) },
		"tensor: BatchNormGrad: after NormAddReLU there are":                      func() { tensor.BatchNormGrad(grads(y, 4), y, y, y, added) },
		"tensor: BatchNormTraining: shapes 1×1×1×4 and 2×8×8×4 differ":            func() { tensor.BatchNormTraining(y, row, plain) },
		"tensor: PoolGeometry: window 2 with stride 2 does not fit shape 1×1×1×4": func() { tensor.BatchNormTraining(row, row, pooled) },
	} {
		func() {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.HasPrefix(got, prefix) {
					t.Errorf("panic %q, want one that begins with %q", got, prefix)
				}
			}()
			call()
		}()
	}
}
