package models_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
	"sdrm/internal/warm"
	"sdrm/layers"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/tensor"
)

// golden is what the files of testdata say, one a family, which the scripts
// beside them make with PyTorch.
type golden struct {
	Entries    map[string][][2]json.RawMessage // by model: name and dimensions
	Parameters map[string]int                  // by model: their number
	Traces     map[string]trace                // by model, the first of every family among them
	// Regularised are traces of a loss with the MMD² of all levels.
	Regularised map[string]trace
}

type trace struct {
	Batch, Side      int
	Activations      int
	LastNorm         string `json:"last_norm"`
	Logits, Inferred []float64
	Loss             float64
	Levels           []struct {
		Dims []int
		Norm float64
	}
	Gradients map[string]struct {
		Norm  float64
		First []float64
	}
	RunningVar []float64 `json:"running_var"`

	// Between which samples the MMD² is part of the loss, with which weight.
	Benign, Malicious []int
	Lambda            float32
}

func readGolden(t *testing.T) golden {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	var g golden
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &g); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
	return g
}

// ofEachFamily returns the first model of each family: the smallest, for they are named
// by their depth.
func ofEachFamily() (names []string) {
	seen := map[string]bool{}
	for _, name := range models.Names() {
		if f := family(name); !seen[f] {
			seen[f] = true
			names = append(names, name)
		}
	}
	return names
}

// family is the name of a model without its depth.
func family(name string) string { return strings.TrimRight(name, "0123456789") }

// missing says that no file has something of a model, and what makes it.
func missing(what, name string) string {
	return fmt.Sprintf("models/testdata has no %[1]s of %[2]s: want it in %[3]s.json, which a script %[3]s.py there makes with PyTorch; see vgg.py", what, name, family(name))
}

func build(t *testing.T, name string, classes int, seed uint64) *models.Model {
	t.Helper()
	m, err := models.New(name, 3, classes, seed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEntriesAreThoseOfPyTorch(t *testing.T) {
	g := readGolden(t)
	for _, name := range models.Names() {
		t.Run(name, func(t *testing.T) {
			var got, want []string
			parameters := 0
			for _, e := range build(t, name, 10, 1).Entries() {
				got = append(got, fmt.Sprintf("%q %v", e.Name, e.Dims()))
				if e.Var != nil {
					parameters += len(e.Tensor.Data)
				}
			}
			if _, known := g.Parameters[name]; !known {
				t.Fatal(missing("entries", name))
			}
			if want := g.Parameters[name]; parameters != want {
				t.Errorf("%d parameters, want %d", parameters, want)
			}
			for _, pair := range g.Entries[name] {
				want = append(want, fmt.Sprintf("%s %s", pair[0], strings.ReplaceAll(string(pair[1]), ",", " ")))
			}
			if !slices.Equal(got, want) {
				t.Errorf("entries\n%v\nwant\n%v", got, want)
			}
		})
	}
}

func hashed(seed uint32, n int) []float32 {
	out := make([]float32, n)
	fill.Hashed(out, seed)
	return out
}

// fillAll sets every parameter as testdata/reference.py does.
func fillAll(t *testing.T, m *models.Model) {
	t.Helper()
	i := uint32(0)
	for _, e := range m.Entries() {
		if e.Var == nil {
			continue
		}
		dims := e.Dims()
		values := hashed(i, len(e.Tensor.Data))
		if len(dims) > 1 {
			bound := float32(math.Sqrt(6 / float64(len(values)/dims[0])))
			for j, v := range values {
				values[j] = (v*2 - 1) * bound
			}
		}
		if err := e.Import(dims, values); err != nil {
			t.Fatal(err)
		}
		i++
	}
}

func images(n, side int) *tensor.Tensor {
	shape := tensor.Shape{n, side, side, 3}
	return &tensor.Tensor{Shape: shape, Data: hashed(100, shape.Len())}
}

func labels(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i * 3 % 10
	}
	return out
}

// tolerance is the largest difference from PyTorch's float64, relative to the
// largest of what is compared: rounding that went through a hundred convolutions.
const tolerance = 1e-4

func near(t *testing.T, what string, got, want, scale float64) {
	t.Helper()
	if diff := math.Abs(got - want); !(diff <= tolerance*scale) {
		t.Errorf("%s is %v, want %v: off by %.2g of %.3g", what, got, want, diff/scale, scale)
	}
}

func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

func nearAll(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	scale := 0.0
	for _, w := range want {
		scale = max(scale, math.Abs(w))
	}
	for i, w := range want {
		near(t, fmt.Sprintf("%s[%d]", what, i), float64(got[i]), w, scale)
	}
}

func TestPassesAgainstPyTorch(t *testing.T) {
	traces := readGolden(t).Traces
	for _, name := range ofEachFamily() {
		if _, ok := traces[name]; !ok {
			t.Error(missing("trace", name))
		}
	}
	for name, want := range traces {
		t.Run(name, func(t *testing.T) { passes(t, name, want) })
	}
}

// The gradient of the MMD² of every level goes through residual blocks to every
// parameter as PyTorch's does.
func TestRegularisedPassAgainstPyTorch(t *testing.T) {
	for name, want := range readGolden(t).Regularised {
		t.Run(name, func(t *testing.T) { passes(t, name, want) })
	}
}

func passes(t *testing.T, name string, want trace) {
	m := build(t, name, 10, 1)
	fillAll(t, m)
	n, x := want.Batch, images(want.Batch, want.Side)
	var tape autograd.Tape
	tape.Reset(autograd.Training)
	var seen []string
	losses, weights := make([]*autograd.Var, 1), []float32{1}
	logits := m.Forward(&tape, tape.Input(x), func(level int, v *autograd.Var) {
		if want.Lambda > 0 {
			v.Keep()
			losses, weights = append(losses, mmd.PrototypeLoss(&tape, v, want.Benign, want.Malicious)), append(weights, want.Lambda)
		}
		seen = append(seen, m.Levels[level])
		s := v.Value.Shape
		if dims := []int{s.N(), s.C(), s.H(), s.W()}; !slices.Equal(dims, want.Levels[level].Dims) {
			t.Errorf("level %s has dimensions %v, PyTorch has %v", m.Levels[level], dims, want.Levels[level].Dims)
		}
		near(t, "norm of "+m.Levels[level], norm(v.Value.Data), want.Levels[level].Norm, want.Levels[level].Norm)
	})
	if !slices.Equal(seen, []string{"s1", "s2", "s3"}) {
		t.Errorf("levels met are %v", seen)
	}
	nearAll(t, "logits", logits.Value.Data, want.Logits)
	losses[0] = autograd.SoftmaxCrossEntropy(&tape, logits, labels(n))
	loss := autograd.WeightedSum(&tape, weights, losses)
	tape.Backward(loss)
	near(t, "loss", float64(loss.Value.Data[0]), want.Loss, want.Loss)
	for _, e := range m.Entries() {
		if e.Var == nil {
			if e.Name == want.LastNorm+".running_var" {
				nearAll(t, e.Name, e.Tensor.Data, want.RunningVar)
			}
			if e.Layout == layers.Scalar && e.Tensor.Data[0] != 1 {
				t.Errorf("%s is %v after one batch", e.Name, e.Tensor.Data[0])
			}
			continue
		}
		g, ok := want.Gradients[e.Name]
		if !ok {
			t.Fatalf("no golden gradient of %s", e.Name)
		}
		// The gradient of a bias in front of batch normalisation is 0 but for
		// rounding, so its scale is that of the layer's weights.
		scale := g.Norm
		if strings.HasSuffix(e.Name, "bias") {
			scale += want.Gradients[strings.TrimSuffix(e.Name, "bias")+"weight"].Norm
		}
		got, _ := layers.Entry{Layout: e.Layout, Tensor: e.Var.Grad}.Export()
		near(t, "norm of the gradient of "+e.Name, norm(got), g.Norm, scale)
		for i, w := range g.First {
			near(t, fmt.Sprintf("gradient of %s[%d]", e.Name, i), float64(got[i]), w, scale)
		}
	}
	tape.Reset(autograd.Inference)
	logits = m.Forward(&tape, tape.Input(x), nil)
	nearAll(t, "logits in inference", logits.Value.Data, want.Inferred)
}

func TestBitsAreTheSameEverywhere(t *testing.T) {
	defer parallel.SetWorkers(0)
	var first *models.Model
	for _, kernels := range asm.Available() {
		for _, workers := range []int{1, 2, 7} {
			restore := asm.Use(kernels)
			parallel.SetWorkers(workers)
			m := build(t, "vgg5", 10, 5)
			var tape autograd.Tape
			tape.Reset(autograd.Training)
			logits := m.Forward(&tape, tape.Input(images(4, 32)), nil)
			tape.Backward(autograd.SoftmaxCrossEntropy(&tape, logits, labels(4)))
			restore()
			if first == nil {
				first = m
			}
			for i, e := range m.Entries() {
				a, b := e.Tensor.Data, first.Entries()[i].Tensor.Data
				if e.Var != nil {
					a, b = e.Var.Grad.Data, first.Entries()[i].Var.Grad.Data
				}
				if !slices.Equal(a, b) {
					t.Fatalf("%v with %d workers: %s differs from the first setup's", kernels.ISA, workers, e.Name)
				}
			}
		}
	}
}

func TestWarmStepAllocatesNothing(t *testing.T) {
	defer parallel.SetWorkers(0)
	m := build(t, "vgg5", 10, 1)
	var tape autograd.Tape
	x, y := images(4, 32), labels(4)
	met := 0
	onLevel := func(int, *autograd.Var) { met++ }
	step := func() {
		tape.Reset(autograd.Training)
		tape.Backward(autograd.SoftmaxCrossEntropy(&tape, m.Forward(&tape, tape.Input(x), onLevel), y))
	}
	for _, workers := range []int{1, 2} {
		parallel.SetWorkers(workers)
		for range 3 {
			step()
		}
		if n := warm.Allocations(step); n != 0 {
			t.Errorf("%d workers: %v allocations a step, want 0", workers, n)
		}
	}
}

// A loss at a level adds to the gradient that the layers above gave it.
func TestLossAtALevel(t *testing.T) {
	x, y := images(4, 32), labels(4)
	gradients := func(weight float32) []float32 {
		m := build(t, "vgg5", 10, 1)
		var tape autograd.Tape
		tape.Reset(autograd.Training)
		losses, weights := []*autograd.Var{}, []float32{}
		logits := m.Forward(&tape, tape.Input(x), func(level int, v *autograd.Var) {
			v.Keep()
			losses = append(losses, autograd.SoftmaxCrossEntropy(&tape, autograd.GlobalAvgPool(&tape, v), y))
			weights = append(weights, weight)
		})
		losses, weights = append(losses, autograd.SoftmaxCrossEntropy(&tape, logits, y)), append(weights, 1)
		tape.Backward(autograd.WeightedSum(&tape, weights, losses))
		return m.Params()[0].Grad.Data
	}
	none, one, two := gradients(0), gradients(1), gradients(2)
	changed := false
	for i, g := range none {
		changed = changed || g != one[i]
		near(t, fmt.Sprintf("element %d of a gradient linear in the weight", i), float64(two[i]-g), 2*float64(one[i]-g), norm(one))
	}
	if !changed {
		t.Error("a loss at the levels changes no gradient")
	}
}

func TestInitialValues(t *testing.T) {
	entries := build(t, "vgg5", 10, 1).Entries()
	same, other := build(t, "vgg5", 10, 1).Entries(), build(t, "vgg5", 10, 2).Entries()
	for i, e := range entries {
		if !slices.Equal(e.Tensor.Data, same[i].Tensor.Data) {
			t.Errorf("%s differs between two models of one seed", e.Name)
		}
		if e.Layout != layers.Filters && e.Layout != layers.Matrix {
			continue
		}
		if slices.Equal(e.Tensor.Data, other[i].Tensor.Data) {
			t.Errorf("%s is the same for two seeds", e.Name)
		}
		// PyTorch's default: uniform in ±1/√fan_in, and so is the bias, which follows.
		bound := 1 / math.Sqrt(float64(len(e.Tensor.Data)/e.Dims()[0]))
		wantUniform(t, e, bound)
		wantUniform(t, entries[i+1], bound)
	}
}

func wantUniform(t *testing.T, e layers.Entry, bound float64) {
	t.Helper()
	mean, square := 0.0, 0.0
	n := float64(len(e.Tensor.Data))
	for _, v := range e.Tensor.Data {
		if math.Abs(float64(v)) > bound {
			t.Fatalf("%s holds %v, beyond %v", e.Name, v, bound)
		}
		mean += float64(v) / n
		square += float64(v) * float64(v) / n
	}
	// Five standard errors of the mean and of the mean square.
	if tolerance := 5 * bound / math.Sqrt(3*n); math.Abs(mean) > tolerance {
		t.Errorf("%s has mean %v, want 0 ± %v", e.Name, mean, tolerance)
	}
	if tolerance := 5 * bound * bound * math.Sqrt(4/45.0/n); math.Abs(square-bound*bound/3) > tolerance {
		t.Errorf("%s has mean square %v, want %v ± %v", e.Name, square, bound*bound/3, tolerance)
	}
}

func TestNewErrors(t *testing.T) {
	choices := strings.Join(models.Names(), ", ")
	for _, c := range []struct {
		name    string
		classes int
		want    string
	}{
		{"vgg12", 10, `unknown model "vgg12", want one of ` + choices},
		{"", 10, `unknown model "", want one of ` + choices},
		{"vgg11", 1, "model vgg11: found 3 channels and 1 classes, expected at least 1 and 2"},
	} {
		if _, err := models.New(c.name, 3, c.classes, 1); err == nil || err.Error() != c.want {
			t.Errorf("New(%q, %d): error %v, want %q", c.name, c.classes, err, c.want)
		}
	}
}

// Images of one channel work: the first convolution alone is another.
func TestGrayImages(t *testing.T) {
	for _, name := range ofEachFamily() {
		m, err := models.New(name, 1, 4, 1)
		if err != nil {
			t.Fatal(err)
		}
		logits := models.NewRunner(m).Forward(tensor.New(tensor.Shape{1, 28, 28, 1}), nil)
		if logits.Shape != (tensor.Shape{1, 1, 1, 4}) || tensor.ArgMax(logits.Data) < 0 {
			t.Errorf("%s: logits %v %v", name, logits.Shape, logits.Data)
		}
	}
}

// Images of other sizes work, as long as every pooling has something to pool.
func TestOtherImageSizes(t *testing.T) {
	m := build(t, "vgg5", 4, 1)
	for _, side := range []int{16, 33, 64} {
		var tape autograd.Tape
		x := tensor.New(tensor.Shape{2, side, side, 3})
		logits := m.Forward(&tape, tape.Input(x), nil)
		if want := (tensor.Shape{2, 1, 1, 4}); logits.Value.Shape != want {
			t.Errorf("images of side %d: logits have shape %v, want %v", side, logits.Value.Shape, want)
		}
	}
}
