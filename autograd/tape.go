// Package autograd records the operations of a forward pass on a tape and runs
// them backward to get gradients. One op a file: its formula, its saved state,
// its forward and its backward.
//
// A tape is used for many steps. It keeps the ops of the last step and hands
// the same objects out again in the same order, and its tensors come from an
// allocator of its own, so a step like the last one allocates nothing.
package autograd

import (
	"fmt"

	"sdrm/tensor"
)

// Var is a value on the tape and, after Backward, its gradient.
type Var struct {
	// Value is valid until the tape's next Reset. A Var that is not Kept loses it
	// once it is Done and no Backward reads it, or while it can be computed again,
	// and during Backward. It is nil from the start where another op reads what it is
	// made of in its place: before a convolution that normalises, and in a room.
	Value *tensor.Tensor
	// Grad is d loss / d Value, in Value's shape. It is nil until Backward
	// reaches the Var, except for parameters, where the memory is permanent and
	// HasGrad tells whether it holds a gradient.
	Grad *tensor.Tensor

	needsGrad bool
	hasGrad   bool // Grad holds this pass's gradient
	permanent bool // Value and Grad outlive the pass
	kept      bool

	shape   tensor.Shape
	read    bool       // Value is read by a Backward, or to compute another value again
	done    bool       // no op of the forward pass will read Value
	place   *place     // where Value lies in a room, and Grad too; nil: in none
	reads   normalised // what a convolution reads in the place of Value, if that is not stored
	again   computed   // computes Value again; nil: it is kept as long as it is read
	cheap   bool       // that costs so little that Value is always given up
	sources [4]*Var    // what that restores
	work    float64    // operations that it takes, about
	pins    int        // Value is in use
	order   int        // when it was recorded, by Tape.clock
	used    int        // when it was used last, by Tape.clock
	counted int        // the last sum of cost that it is part of
}

// computed is an op whose result, or what it makes on the way there, can be given
// up until a Backward reads it.
type computed interface {
	// compute sets the value of v, for which it asks once it has restored what v is
	// made of, to what the forward pass has set it to, and changes nothing else.
	compute(t *Tape, v *Var)
}

// normalised is an op whose result need not be stored: a convolution reads what a batch
// normalisation with a ReLU is given, and normalises it where it reads it.
type normalised interface {
	// source returns that, and the statistics.
	source() (*Var, tensor.NormStats)
	// gradSums returns where the convolution gathers the sums over its gradient.
	gradSums(t *Tape) tensor.NormSums
}

// NewParam returns a leaf whose value and gradient outlive the tape's passes.
func NewParam(value *tensor.Tensor) *Var {
	return &Var{Value: value, Grad: tensor.New(value.Shape), shape: value.Shape, needsGrad: true, permanent: true}
}

// NeedsGrad tells whether a gradient flows into v.
func (v *Var) NeedsGrad() bool { return v.needsGrad }

// HasGrad tells whether Grad holds a gradient of the tape's current pass. A
// parameter that the loss does not depend on has none, whatever its Grad holds.
func (v *Var) HasGrad() bool { return v.hasGrad }

// Keep makes Value and Grad stay valid until the next Reset, also where Value is
// Done, and after Backward. A value that is not stored cannot be kept.
func (v *Var) Keep() {
	if v.place != nil || v.reads != nil {
		panic("autograd: Keep: the value is not stored")
	}
	v.kept = true
}

// Op is one recorded operation. Backward reads the gradient of its output and
// adds to the gradients of those inputs that need one, with Tape.Gradient and
// Tape.Deliver. The values of its inputs and of its output are there, but
// perhaps elsewhere in memory than when it was recorded.
type Op interface{ Backward(t *Tape) }

// Mode says what a pass is for.
type Mode int

// The modes of a pass.
const (
	// Inference records nothing; batch normalisation uses running statistics.
	Inference Mode = iota
	// Training records every op; batch normalisation uses the batch.
	Training
	// Fixed records every op of a model that does not learn: its parameters are
	// constants, and layers do what they do in inference. Gradients flow to
	// values that the caller puts before the model, such as its input.
	Fixed
)

// Tape is a recording of one pass. It is not safe for concurrent use.
type Tape struct {
	// Mode is the pass's, as given to Reset.
	Mode Mode
	// Step is the number of the training step that the pass belongs to. The
	// caller counts; random ops draw a stream of their own for every step.
	Step int

	memory tensor.Allocator
	slots  []Op // every op object of the longest pass so far, by position
	pos    int  // slots in use
	ops    []recorded
	reads  []*Var           // what the Backward of ops reads, op after op
	bound  int              // see Bound
	pinned []*Var           // whose values are in use
	clock  int              // ops so far, forward and backward
	sums   int              // of costs so far
	owned  []*Var           // Vars whose tensors go back to memory at Reset
	saved  []*tensor.Tensor // state of ops, likewise
	params []*Var           // parameters that hold a gradient of this pass
}

type recorded struct {
	op    Op
	out   *Var
	reads int // number of Tape.reads up to and with its own
}

// Reset forgets the last pass and starts another. Values of the last pass,
// kept or not, must not be used any more.
func (t *Tape) Reset(mode Mode) {
	for _, v := range t.owned {
		v.kept = false
		t.release(v)
	}
	t.memory.Put(t.saved...)
	t.memory.ForgetPeak()
	for _, p := range t.params {
		p.hasGrad = false
	}
	t.owned, t.saved, t.params = t.owned[:0], t.saved[:0], t.params[:0]
	t.ops, t.reads, t.pos, t.clock, t.Mode = t.ops[:0], t.reads[:0], 0, 0, mode
}

// Memory returns how much memory values, gradients and what ops save have taken,
// at once in this pass and of the machine's in all passes.
func (t *Tape) Memory() tensor.Usage { return t.memory.Usage() }

// Input puts a value on the tape that needs no gradient. The tensor stays the
// caller's.
func (t *Tape) Input(x *tensor.Tensor) *Var {
	in := Next[input](t)
	in.out = Var{Value: x, shape: x.Shape, permanent: true}
	return &in.out
}

// Param returns a parameter of the model as this pass sees it: v itself in
// training, else its value as an Input. v may be nil.
func (t *Tape) Param(v *Var) *Var {
	if v == nil || t.Mode == Training {
		return v
	}
	return t.Input(v.Value)
}

type input struct{ out Var }

func (*input) Backward(*Tape) {}

// Next returns the op object for the next position of the pass: the one that
// stood there in the last pass if it has type T, so that its memory is reused,
// else a new one. Ops must set all of their state anew.
func Next[T any, P interface {
	*T
	Op
}](t *Tape) P {
	if t.pos < len(t.slots) {
		if op, ok := t.slots[t.pos].(P); ok {
			t.pos++
			return op
		}
	}
	op := P(new(T))
	if t.pos < len(t.slots) {
		t.slots[t.pos] = op
	} else {
		t.slots = append(t.slots, op)
	}
	t.pos++
	return op
}

// Output prepares v as the result of op: a tensor of the given shape with
// unspecified contents, which needs a gradient if any of the inputs does; an
// input that is absent may be nil. v is usually a field of op. The op's Backward
// may read the values of v and of the inputs.
func (t *Tape) Output(v *Var, op Op, shape tensor.Shape, inputs ...*Var) *Var {
	t.result(v, op, shape, inputs...)
	t.backwardReads(v, inputs...)
	t.backwardReads(v, v)
	return v
}

// result is Output for an op whose Backward reads those values alone that
// backwardReads says.
func (t *Tape) result(v *Var, op Op, shape tensor.Shape, inputs ...*Var) *Var {
	value := t.get(shape)
	t.unstored(v, op, shape, inputs...)
	v.Value = value
	return v
}

// unstored is result for a value that is not stored.
func (t *Tape) unstored(v *Var, op Op, shape tensor.Shape, inputs ...*Var) *Var {
	t.clock++
	*v = Var{shape: shape, order: t.clock, used: t.clock}
	t.owned = append(t.owned, v)
	if t.Mode != Inference {
		for _, in := range inputs {
			v.needsGrad = v.needsGrad || in != nil && in.needsGrad
		}
		if v.needsGrad {
			t.ops = append(t.ops, recorded{op, v, len(t.reads)})
		}
	}
	return v
}

// backwardReads says that the Backward of the last op recorded, whose result v
// is, reads the values of vars, which may be nil.
func (t *Tape) backwardReads(v *Var, vars ...*Var) {
	if !v.needsGrad {
		return
	}
	for _, x := range vars {
		if x != nil && !x.permanent {
			x.read = true
			t.reads = append(t.reads, x)
		}
	}
	t.ops[len(t.ops)-1].reads = len(t.reads)
}

// backwardRestores is backwardReads for an op whose Backward restores x itself,
// when it comes to it.
func (t *Tape) backwardRestores(v, x *Var) { x.read = x.read || v.needsGrad }

// computesAgain says that op can compute v again, for which it restores at most
// four vars, which may be nil, and does so many operations for an element. It is
// cheap if what it restores is there anyway and a pass over memory is all it takes.
func (t *Tape) computesAgain(v *Var, op computed, cheap bool, operations int, vars ...*Var) {
	v.again, v.cheap = op, cheap
	v.work = float64(operations) * float64(v.shape.Len())
	v.sources = [4]*Var{}
	for i, x := range vars {
		if x != nil {
			x.read, v.sources[i] = true, x
		}
	}
}

// Done says that no op will be recorded any more that reads the value of v. It is
// given up, unless v is Kept or the caller's, or a Backward reads it and computing
// it again would cost time; then it may be given up later where there is a Bound.
func (t *Tape) Done(v *Var) {
	v.done = true
	if v.Value == nil || v.permanent || v.kept || v.read && !v.cheap {
		return
	}
	t.memory.Put(v.Value)
	v.Value = nil
}

// restore computes the value of v again, if it was given up, and pins it.
func (t *Tape) restore(v *Var) {
	if v.Value == nil {
		mark := len(t.pinned)
		v.again.compute(t, v)
		t.unpin(mark)
	}
	t.pin(v)
}

// read restores what v is read from: its value, or where that is not stored, what it is
// made of and what that is to be normalised with.
func (t *Tape) read(v *Var) (*tensor.Tensor, tensor.NormStats) {
	if v.reads == nil {
		t.restore(v)
		return v.Value, tensor.NormStats{}
	}
	x, stats := v.reads.source()
	return t.where(x), stats
}

// revive returns the tensor for a value that is computed again.
func (t *Tape) revive(v *Var) *tensor.Tensor {
	v.Value = t.get(v.shape)
	return v.Value
}

// Saved returns a tensor with unspecified contents that is valid until the next
// Reset: what an op's forward pass keeps for its Backward.
func (t *Tape) Saved(shape tensor.Shape) *tensor.Tensor {
	x := t.get(shape)
	t.saved = append(t.saved, x)
	return x
}

// Gradient returns the tensor into which an op's Backward writes what it
// contributes to v's gradient; every element must be written. Deliver hands it
// over, and must do so before v's gradient is asked for again.
func (t *Tape) Gradient(v *Var) *tensor.Tensor {
	if v.hasGrad || v.place != nil {
		return t.get(v.shape)
	}
	if v.Grad == nil {
		v.Grad = t.get(v.shape)
	}
	return v.Grad
}

// Deliver adds the contribution that Gradient lent to v's gradient.
func (t *Tape) Deliver(v *Var, g *tensor.Tensor) {
	if v.place != nil {
		t.deliverToPlace(v, g)
		return
	}
	if !v.hasGrad {
		v.hasGrad = true
		if v.permanent {
			t.params = append(t.params, v)
		}
		return
	}
	tensor.Add(v.Grad, v.Grad, g)
	t.memory.Put(g)
}

// contribute delivers to v what write sets, if v needs a gradient; v may be nil.
func (t *Tape) contribute(v *Var, write func(g *tensor.Tensor)) {
	if v != nil && v.needsGrad {
		g := t.Gradient(v)
		write(g)
		t.Deliver(v, g)
	}
}

// gradientInPlace is Gradient for an op whose contribution to v may overwrite
// out's gradient, element by element. Where nothing else reads out's gradient
// it returns that very tensor, and out.Grad is nil from then on; else it
// returns another. The op takes out.Grad before it calls.
func (t *Tape) gradientInPlace(v, out *Var) *tensor.Tensor {
	mustWriteOwn := v.permanent && !v.hasGrad
	if mustWriteOwn || out.kept || out.place != nil || len(out.Grad.Data) != v.shape.Len() {
		return t.Gradient(v)
	}
	g := out.Grad
	g.Shape = v.shape
	out.Grad = nil
	if !v.hasGrad && v.place == nil {
		v.Grad = g
	}
	return g
}

// Accumulate returns v's gradient as far as it has come, zeros if nothing has
// been delivered yet, for an op that touches only a few of its elements: it
// adds to them where they are and delivers nothing.
func (t *Tape) Accumulate(v *Var) *tensor.Tensor {
	if !v.hasGrad {
		g := t.Gradient(v)
		tensor.Zero(g)
		t.Deliver(v, g)
	}
	return v.Grad
}

// gradientOrScratch is Gradient for an algorithm that computes several gradients
// at once: if v needs none, what is computed for it goes to waste.
func (t *Tape) gradientOrScratch(v *Var) *tensor.Tensor {
	if v.needsGrad {
		return t.Gradient(v)
	}
	return t.get(v.shape)
}

// deliverOrFree is what follows gradientOrScratch.
func (t *Tape) deliverOrFree(v *Var, g *tensor.Tensor) {
	if v.needsGrad {
		t.Deliver(v, g)
	} else {
		t.memory.Put(g)
	}
}

// Backward computes the gradients of loss, a single number, with respect to
// every parameter that it depends on. Values that are not Kept are given up on
// the way, so a pass has one Backward; loss itself is Kept.
func (t *Tape) Backward(loss *Var) {
	if loss.shape.Len() != 1 {
		panic(fmt.Sprintf("autograd: Backward: loss has shape %v, want a single number", loss.shape))
	}
	if !loss.needsGrad {
		panic("autograd: Backward: the loss depends on no parameter")
	}
	if loss.hasGrad {
		panic("autograd: Backward: a pass has one Backward; call Reset first")
	}
	loss.Keep()
	seed := t.Gradient(loss)
	seed.Data[0] = 1
	t.Deliver(loss, seed)
	for i := len(t.ops) - 1; i >= 0; i-- {
		r := t.ops[i]
		if r.out.hasGrad {
			first := 0
			if i > 0 {
				first = t.ops[i-1].reads
			}
			t.clock++
			for _, x := range t.reads[first:r.reads] {
				t.restore(x)
			}
			r.op.Backward(t)
			t.unpin(0)
		}
		// Ops after this one are done, ops before it never saw its output.
		t.release(r.out)
	}
}

// release gives up what v holds, unless it is kept.
func (t *Tape) release(v *Var) {
	if v.kept {
		return
	}
	t.memory.Put(v.Value)
	if v.place == nil {
		t.memory.Put(v.Grad)
	}
	v.Value, v.Grad = nil, nil
}
