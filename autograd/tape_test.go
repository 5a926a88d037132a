package autograd_test

import (
	"strings"
	"testing"

	"sdrm/autograd"
	"sdrm/tensor"
)

func vector(v ...float32) *tensor.Tensor {
	return &tensor.Tensor{Shape: row(len(v)), Data: v}
}

func wantData(t *testing.T, what string, got *tensor.Tensor, want ...float32) {
	t.Helper()
	if got == nil {
		t.Fatalf("%s is nil, want %v", what, want)
	}
	sameBits(t, what, got, vector(want...))
}

// The gradients of a value that feeds several ops are added up.
func TestGradientsOfSeveralUsesAreAdded(t *testing.T) {
	var tape tape
	x := autograd.NewParam(vector(1, -2, 3))
	for range 2 { // the second pass must not see the first one's gradient
		tape.Reset(autograd.Training)
		y := duplicate(&tape, x)
		a := project(&tape, autograd.ReLU(&tape, y), vector(1, 10, 100))
		b := project(&tape, autograd.Add(&tape, y, y), vector(2, 3, 4))
		c := project(&tape, x, vector(0.5, 0.25, 0))
		tape.Backward(autograd.WeightedSum(&tape, []float32{1, 1, 2}, []*node{a, b, c}))
		wantData(t, "gradient", x.Grad, 1+4+1, 6+0.5, 100+8)
	}
}

func TestValuesAreGivenUpOnTheWayUnlessKept(t *testing.T) {
	var tape tape
	x := autograd.NewParam(vector(1, -2, 3))
	tape.Reset(autograd.Training)
	dropped := autograd.ReLU(&tape, duplicate(&tape, x))
	kept := autograd.ReLU(&tape, dropped)
	kept.Keep()
	loss := project(&tape, kept, vector(1, 10, 100))
	tape.Backward(loss)
	if dropped.Value != nil || dropped.Grad != nil {
		t.Errorf("a value that is not kept holds value %v and gradient %v after Backward", dropped.Value, dropped.Grad)
	}
	wantData(t, "kept value", kept.Value, 1, 0, 3)
	wantData(t, "kept gradient", kept.Grad, 1, 10, 100)
	wantData(t, "loss", loss.Value, 301)
	tape.Reset(autograd.Training)
	if kept.Value != nil || kept.Grad != nil || loss.Value != nil {
		t.Error("kept values survive Reset")
	}
	wantData(t, "parameter", x.Value, 1, -2, 3)
	wantData(t, "parameter's gradient", x.Grad, 1, 0, 100)
}

// A value that is Done is given up where nothing reads it any more, or where it can
// be computed again.
func TestDone(t *testing.T) {
	x := autograd.NewParam(vector(1, -2, 3))
	for _, c := range []struct {
		what  string
		mode  autograd.Mode
		make  func(t *tape, x *node) *node
		use   func(t *tape, y *node) *node
		keep  bool
		given bool
	}{
		{"read by no Backward", autograd.Training, duplicateUnread, autograd.ReLU, false, true},
		{"kept", autograd.Training, duplicateUnread, autograd.ReLU, true, false},
		{"read by its own Backward", autograd.Training, autograd.ReLU, autograd.ReLU, false, false},
		{"read by another's Backward", autograd.Training, duplicateUnread, duplicate, false, false},
		{"read by another's Backward, to be computed again", autograd.Training, autograd.CopyAgain, duplicate, false, true},
		{"of an inference pass", autograd.Inference, autograd.ReLU, duplicate, false, true},
		{"of an inference pass, kept", autograd.Inference, autograd.ReLU, duplicate, true, false},
		{"a parameter", autograd.Training, func(_ *tape, x *node) *node { return x }, duplicate, false, false},
	} {
		var tape tape
		tape.Reset(c.mode)
		y := c.make(&tape, x)
		z := c.use(&tape, y)
		if c.keep {
			y.Keep()
		}
		tape.Done(y)
		tape.Done(y)
		if given := y.Value == nil; given != c.given {
			t.Errorf("a value %s: given up is %v, want %v", c.what, given, c.given)
		}
		if c.mode == autograd.Training {
			tape.Backward(project(&tape, z, vector(1, 10, 100)))
		}
	}
}

// duplicateUnread is x, which neither Backward reads.
func duplicateUnread(t *tape, x *node) *node { return autograd.Add(t, x, t.Input(vector(0, 0, 0))) }

// What layers put before each other, of which none is kept, is put together again
// from what they made.
func TestConcatenationsThatAreDone(t *testing.T) {
	pixels := func(channels int) tensor.Shape { return tensor.Shape{2, 3, 2, channels} }
	params := randomParams(shapes(pixels(3), pixels(2), pixels(4), pixels(1), tensor.Shape{60, 1, 1, 5}))
	weights := randomTensor(7, tensor.Shape{2, 1, 1, 5})
	var tape tape
	var want []*tensor.Tensor
	for _, done := range []bool{false, true} {
		tape.Reset(autograd.Training)
		in := copies(&tape, params[:4])
		x := in[0]
		for _, made := range in[1:] {
			y := autograd.ConcatChannels(&tape, made, x)
			if done {
				tape.Done(made)
				tape.Done(x)
			}
			x = y
		}
		logits := autograd.Linear(&tape, x, params[4], nil)
		if done {
			tape.Done(x)
			if x.Value != nil {
				t.Fatal("a concatenation that is Done is not given up")
			}
		}
		tape.Backward(project(&tape, logits, weights))
		for i, p := range params {
			if !done {
				want = append(want, tensor.New(p.Grad.Shape))
				tensor.Copy(want[i], p.Grad)
			}
			sameBits(t, "gradient", p.Grad, want[i])
		}
	}
}

func TestHasGrad(t *testing.T) {
	var tape tape
	used, unused := autograd.NewParam(vector(1, 2)), autograd.NewParam(vector(3, 4))
	tape.Reset(autograd.Training)
	input := tape.Input(vector(5, 6))
	aside := project(&tape, autograd.ReLU(&tape, unused), vector(1, 1)) // no part of the loss
	tape.Backward(project(&tape, autograd.Add(&tape, used, input), vector(7, 8)))
	if !used.HasGrad() || unused.HasGrad() || input.HasGrad() || aside.HasGrad() {
		t.Errorf("HasGrad is %v, %v, %v, %v for a parameter in use, one out of use, an input and a number aside; want true, false, false, false",
			used.HasGrad(), unused.HasGrad(), input.HasGrad(), aside.HasGrad())
	}
	if input.Grad != nil {
		t.Error("an input got a gradient")
	}
	tape.Reset(autograd.Training)
	if used.HasGrad() {
		t.Error("HasGrad survives Reset")
	}
}

// accumulating is an op that adds to a few elements of its input's gradient.
type accumulating struct {
	x   *node
	out node
}

func (op *accumulating) Backward(t *tape) { t.Accumulate(op.x).Data[1] += op.out.Grad.Data[0] }

func second(t *tape, x *node) *node {
	op := autograd.Next[accumulating](t)
	op.x = x
	y := t.Output(&op.out, op, row(1), x)
	y.Value.Data[0] = x.Value.Data[1]
	return y
}

func TestAccumulate(t *testing.T) {
	var tape tape
	for _, first := range []bool{false, true} {
		x := autograd.NewParam(vector(1, -2, 3))
		tape.Reset(autograd.Training)
		y := duplicate(&tape, x)
		losses := []*node{second(&tape, y), project(&tape, y, vector(10, 20, 30))}
		if first { // the way back meets it before the gradient of the other
			losses[0], losses[1] = project(&tape, y, vector(10, 20, 30)), second(&tape, y)
		}
		tape.Backward(autograd.WeightedSum(&tape, []float32{1, 1}, losses))
		wantData(t, "gradient", x.Grad, 10, 21, 30)
	}
}

func TestInferenceRecordsNothing(t *testing.T) {
	var tape tape
	x := autograd.NewParam(vector(1, -2, 3))
	tape.Reset(autograd.Inference)
	y := autograd.ReLU(&tape, x)
	wantData(t, "value", y.Value, 1, 0, 3)
	if y.NeedsGrad() {
		t.Error("a value of an inference pass needs a gradient")
	}
	if autograd.Dropout(&tape, y, 0.5, 1, 1) != y {
		t.Error("dropout does something in inference")
	}
}

func TestDropoutStreams(t *testing.T) {
	x := tensor.New(tensor.Shape{4, 32, 32, 8})
	for i := range x.Data {
		x.Data[i] = 1
	}
	draw := func(step int, seed uint64, layer int) []float32 {
		tape := tape{Step: step}
		tape.Reset(autograd.Training)
		return autograd.Dropout(&tape, tape.Input(x), 0.3, seed, layer).Value.Data
	}
	first := draw(5, 1, 2)
	dropped := 0
	for _, v := range first {
		if v == 0 {
			dropped++
		}
	}
	// 32768 draws of probability 0.3 have a standard deviation of 83.
	if mean := 0.3 * float64(len(first)); float64(dropped) < mean-400 || float64(dropped) > mean+400 {
		t.Errorf("dropped %d of %d elements, want about %.0f", dropped, len(first), mean)
	}
	for _, other := range []struct {
		what  string
		draws []float32
		same  bool
	}{
		{"the same step", draw(5, 1, 2), true},
		{"another step", draw(6, 1, 2), false},
		{"another seed", draw(5, 2, 2), false},
		{"another layer", draw(5, 1, 3), false},
	} {
		agree := 0
		for i, v := range other.draws {
			if v == first[i] {
				agree++
			}
		}
		// Two independent masks agree with probability 0.3² + 0.7² = 0.58.
		if share := float64(agree) / float64(len(first)); other.same != (share == 1) || !other.same && share > 0.6 {
			t.Errorf("%s: %.3f of the elements agree", other.what, share)
		}
	}
}

func TestMisusePanics(t *testing.T) {
	x, labels := vector(1, 2, 3), []int{0}
	param := autograd.NewParam(x)
	for _, c := range []struct {
		want string
		do   func(t *tape)
	}{
		{"autograd: Backward: loss has shape 1×1×1×3", func(t *tape) { t.Backward(autograd.ReLU(t, param)) }},
		{"autograd: Backward: the loss depends on no parameter", func(t *tape) {
			t.Backward(autograd.SoftmaxCrossEntropy(t, t.Input(x), labels))
		}},
		{"autograd: Backward: a pass has one Backward", func(t *tape) {
			loss := autograd.SoftmaxCrossEntropy(t, param, labels)
			t.Backward(loss)
			t.Backward(loss)
		}},
		{"autograd: Linear: weights 3×1×1×3 do not fit samples of 1×1×1×2", func(t *tape) {
			autograd.Linear(t, t.Input(vector(1, 2)), t.Input(tensor.New(tensor.Shape{3, 1, 1, 3})), nil)
		}},
		{"autograd: WeightedSum: 2 weights for 1 scalars", func(t *tape) {
			autograd.WeightedSum(t, []float32{1, 2}, []*node{param})
		}},
		{"autograd: WeightedSum: scalar 0 has shape", func(t *tape) {
			autograd.WeightedSum(t, []float32{1}, []*node{param})
		}},
		{"tensor: Add: shapes 1×1×1×3 and 1×1×1×2 differ", func(t *tape) {
			autograd.Add(t, param, t.Input(vector(1, 2)))
		}},
		{"tensor: SoftmaxCrossEntropy: label 3 of sample 0 is not in [0, 3)", func(t *tape) {
			autograd.SoftmaxCrossEntropy(t, param, []int{3})
		}},
		{"tensor: SoftmaxCrossEntropy: 2 labels", func(t *tape) {
			autograd.SoftmaxCrossEntropy(t, param, []int{0, 1})
		}},
		{"tensor: PoolGeometry: window 2 with stride 2 does not fit", func(t *tape) {
			autograd.MaxPool2D(t, param, tensor.PoolGeometry{Kernel: 2, Stride: 2})
		}},
		{"tensor: Dropout: probability 1 is not in [0, 1)", func(t *tape) { autograd.Dropout(t, param, 1, 0, 0) }},
		{"tensor: BatchNormTraining: shape 1×1×1×3 has one value a channel", func(t *tape) {
			autograd.BatchNorm2D(t, param, someNorm(param, param), tensor.NormOnly)
		}},
		{"autograd: BatchNorm2D: with fixed statistics gamma and beta have no gradient", func(t *tape) {
			n := someNorm(t.Input(x), param)
			n.Fixed = true
			autograd.BatchNorm2D(t, param, n, tensor.NormOnly)
		}},
	} {
		t.Run(c.want, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.HasPrefix(got, c.want) {
					t.Errorf("panic %q, want it to begin with %q", got, c.want)
				}
			}()
			var tape tape
			tape.Reset(autograd.Training)
			c.do(&tape)
		})
	}
}
