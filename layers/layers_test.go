package layers_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/layers"
	"sdrm/tensor"
)

type node = autograd.Var

func randomTensor(seed uint64, shape tensor.Shape) *tensor.Tensor {
	x := tensor.New(shape)
	fill.Uniform(x.Data, seed)
	return x
}

func names(m layers.Module) []string {
	var out []string
	m.Visit("p.", func(e layers.Entry) { out = append(out, fmt.Sprint(e.Name, " ", e.Dims(), " ", e.Var != nil)) })
	return out
}

func block(b *layers.Builder, in, out int) layers.Sequential {
	g := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	return layers.Sequential{layers.NewConv2D(b, in, out, g, false, layers.KaimingNormal), layers.NewBatchNorm2D(b, out), layers.ReLU{}}
}

func TestVisit(t *testing.T) {
	b := layers.NewBuilder(1)
	pointwise := tensor.ConvGeometry{Kernel: 1, Stride: 1}
	norm := []string{"weight [4] true", "bias [4] true", "running_mean [4] false", "running_var [4] false", "num_batches_tracked [] false"}
	prefixed := func(prefix string) []string {
		var out []string
		for _, n := range norm {
			out = append(out, prefix+n)
		}
		return out
	}
	for _, c := range []struct {
		name   string
		module layers.Module
		want   []string
	}{
		{"conv", layers.NewConv2D(b, 3, 4, tensor.ConvGeometry{Kernel: 5, Stride: 1}, true, layers.PyTorchDefault),
			[]string{"p.weight [4 3 5 5] true", "p.bias [4] true"}},
		{"conv without bias", layers.NewConv2D(b, 3, 4, pointwise, false, layers.PyTorchDefault),
			[]string{"p.weight [4 3 1 1] true"}},
		{"linear", layers.NewLinear(b, 6, 2, layers.PyTorchDefault), []string{"p.weight [2 6] true", "p.bias [2] true"}},
		{"batch norm", layers.NewBatchNorm2D(b, 4), prefixed("p.")},
		{"without parameters", layers.Sequential{layers.ReLU{}, layers.MaxPool2D{}, layers.AvgPool2D{}, layers.GlobalAvgPool{}}, nil},
		{"sequential", layers.Sequential{layers.ReLU{}, block(b, 3, 4)},
			append([]string{"p.1.0.weight [4 3 3 3] true"}, prefixed("p.1.1.")...)},
		{"named", layers.Sequential{layers.Named{Name: "bn1", Module: layers.NewBatchNorm2D(b, 4)}}, prefixed("p.bn1.")},
		{"residual", layers.Residual{Body: layers.NewBatchNorm2D(b, 4)}, prefixed("p.")},
		{"residual with shortcut", layers.Residual{Body: layers.Sequential{}, Shortcut: layers.NewBatchNorm2D(b, 4)}, prefixed("p.downsample.")},
	} {
		if got := names(c.module); !slices.Equal(got, c.want) {
			t.Errorf("%s: entries %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever ops Sequential makes of a run of modules, they give what the modules
// give one by one, forward and backward, in every mode.
func TestFusion(t *testing.T) {
	g := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	for _, c := range []struct {
		name     string
		x        tensor.Shape
		make     func(conv *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential
		observed int // number of a module whose result is observed; -1: none
	}{
		{"norm, ReLU", tensor.Shape{5, 9, 8, 6}, func(_ *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential {
			return layers.Sequential{norm, layers.ReLU{}}
		}, -1},
		{"norm, ReLU, pool", tensor.Shape{5, 8, 8, 6}, func(_ *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential {
			return layers.Sequential{norm, layers.ReLU{}, layers.MaxPool2D{Geometry: g}}
		}, -1},
		{"conv, norm", tensor.Shape{5, 9, 8, 3}, func(conv *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential {
			return layers.Sequential{conv, norm}
		}, -1},
		{"conv, norm, ReLU, pool", tensor.Shape{5, 8, 8, 3}, all, -1},
		{"conv, norm, ReLU, pool, odd sides", tensor.Shape{5, 9, 7, 3}, all, -1},
		{"conv observed", tensor.Shape{5, 8, 8, 3}, all, 0},
		{"norm observed", tensor.Shape{5, 8, 8, 3}, all, 1},
		{"ReLU observed", tensor.Shape{5, 8, 8, 3}, all, 2},
		{"pool observed", tensor.Shape{5, 8, 8, 3}, all, 3},
		{"overlapping pool", tensor.Shape{5, 8, 8, 3}, func(conv *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential {
			return layers.Sequential{conv, norm, layers.ReLU{}, layers.MaxPool2D{Geometry: tensor.PoolGeometry{Kernel: 3, Stride: 2}}}
		}, -1},
	} {
		for _, mode := range []autograd.Mode{autograd.Training, autograd.Inference, autograd.Fixed} {
			t.Run(fmt.Sprintf("%s/mode=%d", c.name, mode), func(t *testing.T) {
				var want [][]float32
				for _, fused := range []bool{false, true} {
					b := layers.NewBuilder(3)
					conv := layers.NewConv2D(b, 3, 6, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, true, layers.PyTorchDefault)
					norm := layers.NewBatchNorm2D(b, 6)
					copy(norm.Beta.Value.Data, []float32{0.1, -0.2, 0.3, -0.4, 0.5, 0})
					modules := c.make(conv, norm)
					if !fused {
						for i, m := range modules {
							modules[i] = layers.Sequential{m}
						}
					}
					var tape autograd.Tape
					tape.Reset(mode)
					leaf := autograd.NewParam(randomTensor(1, c.x))
					var seen []float32
					y := modules.Observe(&tape, leaf, func(i int) int { return slices.Index([]int{c.observed}, i) }, func(_ int, v *node) {
						seen = slices.Clone(v.Value.Data)
					})
					got := [][]float32{slices.Clone(y.Value.Data), seen}
					if mode != autograd.Inference {
						weights := randomTensor(2, tensor.Shape{y.Value.Shape.SampleLen(), 1, 1, 2})
						logits := autograd.Linear(&tape, y, autograd.NewParam(weights), nil)
						tape.Backward(autograd.SoftmaxCrossEntropy(&tape, logits, []int{0, 1, 1, 0, 1}))
					}
					got = append(got, leaf.Grad.Data, norm.Gamma.Grad.Data, norm.Beta.Grad.Data, conv.Weight.Grad.Data, conv.Bias.Grad.Data,
						norm.Running.Mean.Data, norm.Running.Var.Data, norm.Batches.Data)
					if want == nil {
						want = got
					}
					if batches := map[bool]float32{true: 1}[mode == autograd.Training]; norm.Batches.Data[0] != batches {
						t.Errorf("%v batches are counted, want %v", norm.Batches.Data[0], batches)
					}
					for i := range want {
						if !slices.Equal(got[i], want[i]) {
							t.Errorf("tensor %d differs from that of the modules one by one", i)
						}
					}
				}
			})
		}
	}
}

func all(conv *layers.Conv2D, norm *layers.BatchNorm2D) layers.Sequential {
	return layers.Sequential{conv, norm, layers.Named{Name: "relu", Module: layers.ReLU{}},
		layers.MaxPool2D{Geometry: tensor.PoolGeometry{Kernel: 2, Stride: 2}}}
}

func TestBatchNormInferenceUsesRunningStatistics(t *testing.T) {
	norm := layers.NewBatchNorm2D(layers.NewBuilder(1), 2)
	x := &tensor.Tensor{Shape: tensor.Shape{2, 1, 1, 2}, Data: []float32{3, 1, -1, 5}}
	copy(norm.Running.Mean.Data, []float32{1, 2})
	copy(norm.Running.Var.Data, []float32{4 - 1e-5, 0.25 - 1e-5})
	copy(norm.Gamma.Value.Data, []float32{2, 1})
	copy(norm.Beta.Value.Data, []float32{0, -1})
	want := []float64{2, 0, 0, 5}
	for _, mode := range []autograd.Mode{autograd.Inference, autograd.Fixed} {
		var tape autograd.Tape
		tape.Reset(mode)
		y := layers.Sequential{norm, layers.ReLU{}}.Forward(&tape, tape.Input(x))
		for i, v := range y.Value.Data {
			if math.Abs(float64(v)-want[i]) > 5e-6 {
				t.Errorf("mode %v: result %v, want %v", mode, y.Value.Data, want)
			}
		}
		if !slices.Equal(norm.Running.Mean.Data, []float32{1, 2}) || norm.Batches.Data[0] != 0 {
			t.Errorf("mode %v moved the running mean to %v and counted %v batches", mode, norm.Running.Mean.Data, norm.Batches.Data[0])
		}
	}
}

func TestResidual(t *testing.T) {
	x := &tensor.Tensor{Shape: tensor.Shape{1, 1, 1, 3}, Data: []float32{1, -2, 3}}
	for _, c := range []struct {
		name   string
		module layers.Residual
		want   []float32
	}{
		{"identity", layers.Residual{Body: layers.ReLU{}}, []float32{2, 0, 6}},
		{"shortcut", layers.Residual{Body: layers.Sequential{}, Shortcut: layers.ReLU{}}, []float32{2, 0, 6}},
		{"both", layers.Residual{Body: layers.Sequential{}, Shortcut: layers.Sequential{}}, []float32{2, 0, 6}},
	} {
		var tape autograd.Tape
		tape.Reset(autograd.Training)
		if y := c.module.Forward(&tape, tape.Input(x)); !slices.Equal(y.Value.Data, c.want) {
			t.Errorf("%s: result %v, want %v", c.name, y.Value.Data, c.want)
		}
	}
}

// A residual block of which the sum is part of the last op gives what its parts
// give, forward and backward, in every mode.
func TestResidualHasTheBitsOfItsParts(t *testing.T) {
	keeps := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	for _, mode := range []autograd.Mode{autograd.Training, autograd.Inference, autograd.Fixed} {
		for _, shortcut := range []bool{false, true} {
			var want [][]float32
			for _, whole := range []bool{false, true} {
				b := layers.NewBuilder(3)
				body := layers.Sequential{
					layers.NewConv2D(b, 6, 6, keeps, false, layers.PyTorchDefault), layers.NewBatchNorm2D(b, 6), layers.ReLU{},
					layers.NewConv2D(b, 6, 6, keeps, false, layers.PyTorchDefault), layers.NewBatchNorm2D(b, 6),
				}
				block := layers.Residual{Body: body}
				if shortcut {
					block.Shortcut = layers.Sequential{layers.NewConv2D(b, 6, 6, keeps, false, layers.PyTorchDefault), layers.NewBatchNorm2D(b, 6)}
				}
				if !whole {
					block.Body = layers.Sequential{body, layers.AvgPool2D{Geometry: tensor.PoolGeometry{Kernel: 1, Stride: 1}}}
				}
				var tape autograd.Tape
				tape.Reset(mode)
				leaf := autograd.NewParam(randomTensor(1, tensor.Shape{5, 9, 8, 6}))
				y := layers.Sequential{layers.ReLU{}, block}.Forward(&tape, leaf)
				got := [][]float32{slices.Clone(y.Value.Data)}
				if mode != autograd.Inference {
					tape.Backward(autograd.Sum(&tape, autograd.Add(&tape, y, y)))
					got = append(got, leaf.Grad.Data)
				}
				block.Visit("", func(e layers.Entry) {
					got = append(got, e.Tensor.Data)
					if e.Var != nil && mode == autograd.Training {
						got = append(got, e.Var.Grad.Data)
					}
				})
				if want == nil {
					want = got
				}
				for i, w := range want {
					if !slices.Equal(got[i], w) {
						t.Errorf("mode %v, shortcut %v: tensor %d of the block is not that of its parts", mode, shortcut, i)
					}
				}
			}
		}
	}
}

func TestPoolingModules(t *testing.T) {
	x := &tensor.Tensor{Shape: tensor.Shape{1, 2, 2, 1}, Data: []float32{1, 2, 3, 6}}
	g := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	var tape autograd.Tape
	tape.Reset(autograd.Inference)
	for _, c := range []struct {
		module layers.Module
		want   float32
	}{{layers.MaxPool2D{Geometry: g}, 6}, {layers.AvgPool2D{Geometry: g}, 3}, {layers.GlobalAvgPool{}, 3}} {
		if y := c.module.Forward(&tape, tape.Input(x)); !slices.Equal(y.Value.Data, []float32{c.want}) {
			t.Errorf("%T: result %v, want %v", c.module, y.Value.Data, c.want)
		}
	}
	one := tape.Input(tensor.New(tensor.Shape{3, 1, 1, 4}))
	if layers.GlobalAvgPool.Forward(layers.GlobalAvgPool{}, &tape, one) != one {
		t.Error("global pooling of one pixel is not the pixel")
	}
}

func TestKaimingNormal(t *testing.T) {
	// fan_out = 32·9, so the deviation is √(2/288) = 1/12.
	conv := layers.NewConv2D(layers.NewBuilder(4), 64, 32, tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, true, layers.KaimingNormal)
	mean, square, beyond := 0.0, 0.0, 0.0
	n := float64(len(conv.Weight.Value.Data))
	for _, v := range conv.Weight.Value.Data {
		z := float64(v) * 12
		mean += z / n
		square += z * z / n
		if math.Abs(z) > 1.959964 {
			beyond += 1 / n
		}
	}
	// Five standard errors each.
	if math.Abs(mean) > 5/math.Sqrt(n) {
		t.Errorf("mean %v deviations, want 0", mean)
	}
	if math.Abs(square-1) > 5*math.Sqrt(2/n) {
		t.Errorf("variance %v of the wanted one", square)
	}
	if math.Abs(beyond-0.05) > 5*math.Sqrt(0.05*0.95/n) {
		t.Errorf("%v of the weights are beyond 1.96 deviations, want 0.05", beyond)
	}
	for i, v := range conv.Bias.Value.Data {
		if v != 0 {
			t.Errorf("bias %d is %v, want 0", i, v)
		}
	}
}

func TestExportAndImport(t *testing.T) {
	count := func(shape tensor.Shape) *tensor.Tensor {
		x := tensor.New(shape)
		for i := range x.Data {
			x.Data[i] = float32(i)
		}
		return x
	}
	for _, c := range []struct {
		layout layers.Layout
		tensor *tensor.Tensor
		dims   []int
		data   []float32
	}{
		{layers.Vector, count(tensor.Shape{1, 1, 1, 3}), []int{3}, []float32{0, 1, 2}},
		{layers.Scalar, count(tensor.Shape{1, 1, 1, 1}), []int{}, []float32{0}},
		{layers.Matrix, count(tensor.Shape{3, 1, 1, 2}), []int{2, 3}, []float32{0, 2, 4, 1, 3, 5}},
		// {height 1, width 2, in 2, out 3} becomes [3, 2, 1, 2].
		{layers.Filters, count(tensor.Shape{1, 2, 2, 3}), []int{3, 2, 1, 2},
			[]float32{0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11}},
	} {
		e := layers.Entry{Name: "features.0.weight", Layout: c.layout, Tensor: c.tensor}
		data, dims := e.Export()
		if !slices.Equal(dims, c.dims) || !slices.Equal(data, c.data) {
			t.Errorf("Export of %v gives %v %v, want %v %v", c.tensor.Shape, dims, data, c.dims, c.data)
		}
		back := layers.Entry{Name: e.Name, Layout: c.layout, Tensor: tensor.New(c.tensor.Shape)}
		if err := back.Import(dims, data); err != nil {
			t.Error(err)
		}
		if !slices.Equal(back.Tensor.Data, c.tensor.Data) {
			t.Errorf("Import of %v gives %v, want %v", data, back.Tensor.Data, c.tensor.Data)
		}
	}
}

func TestImportRefusesOtherShapes(t *testing.T) {
	for _, c := range []struct {
		dims []int
		n    int
		want string
	}{
		{[]int{3, 2}, 6, "classifier.weight: found 6 elements of shape [3 2], expected 6 of shape [2 3]"},
		{[]int{6}, 6, "classifier.weight: found 6 elements of shape [6], expected 6 of shape [2 3]"},
		{[]int{2, 3}, 5, "classifier.weight: found 5 elements of shape [2 3], expected 6 of shape [2 3]"},
		{nil, 0, "classifier.weight: found 0 elements of shape [], expected 6 of shape [2 3]"},
	} {
		x := randomTensor(1, tensor.Shape{3, 1, 1, 2})
		before := slices.Clone(x.Data)
		err := layers.Entry{Name: "classifier.weight", Layout: layers.Matrix, Tensor: x}.Import(c.dims, make([]float32, c.n))
		if err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if !slices.Equal(x.Data, before) {
			t.Error("a refused Import changed the tensor")
		}
	}
}

// inner is a block whose activation is not its result.
type inner struct{ layers.Sequential }

func (b inner) ForwardObserved(t *autograd.Tape, x *node, number int, observe func(number int, y *node)) *node {
	return b.ObserveLast(t, x, number, observe)
}

// A block shows the result of its last ReLU, a module its own.
func TestObserve(t *testing.T) {
	x := &tensor.Tensor{Shape: tensor.Shape{1, 2, 2, 1}, Data: []float32{1, -2, 3, 4}}
	body := layers.Sequential{layers.ReLU{}, layers.AvgPool2D{Geometry: tensor.PoolGeometry{Kernel: 1, Stride: 1}}, layers.ReLU{}, layers.GlobalAvgPool{}}
	net := layers.Sequential{layers.Named{Name: "block", Module: inner{body}}, layers.ReLU{}, layers.Residual{Body: layers.ReLU{}}}
	for i, m := range net {
		if !layers.HasActivation(m) {
			t.Errorf("module %d has no activation", i)
		}
	}
	for _, m := range []layers.Module{layers.GlobalAvgPool{}, layers.Named{Name: "pool", Module: layers.GlobalAvgPool{}}, body} {
		if layers.HasActivation(m) {
			t.Errorf("%T has an activation", m)
		}
	}
	var tape autograd.Tape
	tape.Reset(autograd.Training)
	var numbers []int
	var values [][]float32
	y := net.Observe(&tape, tape.Input(x), func(i int) int { return []int{7, -1, 9}[i] }, func(number int, v *node) {
		numbers, values = append(numbers, number), append(values, v.Value.Data)
	})
	if want := []int{7, 9}; !slices.Equal(numbers, want) {
		t.Fatalf("observed %v, want %v", numbers, want)
	}
	if want := []float32{1, 0, 3, 4}; !slices.Equal(values[0], want) {
		t.Errorf("the block's activation is %v, want %v", values[0], want)
	}
	if want := []float32{4}; !slices.Equal(values[1], want) || !slices.Equal(y.Value.Data, want) {
		t.Errorf("the last module's activation is %v, the result %v, want %v", values[1], y.Value.Data, want)
	}
}
