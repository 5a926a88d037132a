package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/layers"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/tensor"
)

// Config says what Run trains and how.
type Config struct {
	Model *models.Model
	// Images are the training images, as the attack left them.
	Images *datasets.Loader
	// Target is the class that the attack leads to. If AllToAll it leads every class
	// to another, and the regulariser compares class by class.
	Target   int
	AllToAll bool
	Epochs   int

	Schedule        Schedule
	Momentum, Decay float64

	// Lambda weighs the sum of Distance over Levels, which index Model.Levels. The
	// distance of every level is reported whether it is weighed or not.
	Lambda float64
	// Warmup is the number of epochs in whose steps the weight rises from 0 to
	// Lambda, by as much in each.
	Warmup int
	Levels []int
	// Distance is that of the regulariser; nil for the prototype's MMD². Learned,
	// unless it is nil, makes one in its place that learns, for each of Levels.
	Distance mmd.Term
	Learned  func(level, channels int) mmd.Learned

	// Memory bounds the bytes that the values and gradients of a step take; 0 is no
	// bound. See autograd.Tape.Bound.
	Memory int

	// Clean and Triggered are the test images on which every epoch ends. Those
	// that are triggered carry the label that the attack wants; the others of
	// Triggered do not count.
	Clean, Triggered *datasets.Loader

	// Dir is the folder of the checkpoints, and Identity what a checkpoint must
	// come from to be resumed here.
	Dir      string
	Identity string

	// Before, unless it is nil, is trained before the first step. No image is
	// asked for until then.
	Before *Stage

	// Beside, unless it is nil, is trained in the steps of the model.
	Beside *Beside

	// BeforeSave, unless it is nil, is called before a checkpoint is written: what
	// the steps so far gave must be as safe as it.
	BeforeSave func() error

	// OnStep and OnEpoch are called after a step and an epoch; an error ends the
	// run.
	OnStep  func(Step) error
	OnEpoch func(Epoch) error
}

// Step reports a training step.
type Step struct {
	Epoch, Step int // from 0
	Steps       int // in an epoch
	Images      int
	Rate        float64
	Loss        float32   // the whole
	CE          float32   // its cross-entropy
	MMD         []float32 // the regulariser's distance by level, MMD² unless Config has another; valid during the call
}

// Epoch reports an epoch and the tests at its end.
type Epoch struct {
	Epoch int
	Rate  float64
	Loss  float64 // mean over the epoch's steps
	BA    float64 // accuracy on clean test images
	ASR   float64 // share of triggered test images called what the attack wants, NaN of none
	Best  bool    // no epoch before had this BA
}

// ErrInterrupted is what Run returns when its context ended and the checkpoint
// is saved.
var ErrInterrupted = errors.New("interrupted, the checkpoint is saved")

// ErrDiverged is the cause of the error for a loss that is not finite, or for a state
// that is not. It will not be when the same run is tried again.
var ErrDiverged = errors.New("the training diverged; try a lower learning rate")

// MemoryError says that a step needs more memory than it may take: Needed bytes, up
// to a MiB more, since batches differ in what the regulariser compares.
type MemoryError struct{ Bound, Needed int }

func (e *MemoryError) Error() string {
	return fmt.Sprintf("train.memory: found %d, want at least %d bytes for the values and gradients of a step, or 0: no bound", e.Bound, e.Needed)
}

// Trainer is the state of a run.
type Trainer struct {
	config Config
	sgd    *SGD
	state  State
	staged bool // what comes before the first step is there

	tests   *Evaluator
	tape    *autograd.Tape // shared with tests, and so is its memory
	input   tensor.Tensor
	onLevel func(level int, v *autograd.Var)
	weighed []bool         // which levels are part of the loss
	measure []mmd.Term     // by level
	learned []layers.Entry // what these train

	groups    []group         // of the batch
	byClass   []*autograd.Var // distances of the groups of a level
	shares    []float32       // of these in their mean
	distances []*autograd.Var // by level
	terms     []*autograd.Var // of the loss
	weights   []float32       // of the terms
	values    []float32       // of the distances, for Step
}

// New returns a trainer at the start of its first epoch.
func New(c Config) *Trainer {
	t := &Trainer{
		config:    c,
		weighed:   make([]bool, len(c.Model.Levels)),
		distances: make([]*autograd.Var, len(c.Model.Levels)),
		values:    make([]float32, len(c.Model.Levels)),
	}
	for _, level := range c.Levels {
		t.weighed[level] = true
	}
	t.tests = NewEvaluator(c.Model)
	t.tape = t.tests.runner.Tape()
	t.tape.Bound(c.Memory)
	t.makeGroups()
	t.makeMeasures()
	t.onLevel = t.measureLevel
	params := slices.Concat(c.Model.Params(), c.Beside.params())
	for _, e := range t.learned {
		params = append(params, e.Var)
	}
	t.sgd = NewSGD(params, float32(c.Momentum), float32(c.Decay))
	t.state.Best.Epoch = -1
	return t
}

// State returns how far the run is.
func (t *Trainer) State() State { return t.state }

// Run trains from the trainer's state to the last epoch, and before that what
// comes before the first step, unless that is done. After every epoch, and when
// ctx ends, the state is saved under Dir; in the latter case the step at hand is
// finished first and the error is ErrInterrupted. What comes before the first
// step is then left, and begun anew by who resumes.
func (t *Trainer) Run(ctx context.Context) error {
	err := t.stage(ctx)
	for err == nil && t.state.Epoch < t.config.Epochs {
		if err = t.epoch(ctx); err == nil {
			err = t.save()
		}
	}
	if errors.Is(err, context.Canceled) {
		if failed := t.save(); failed != nil {
			return failed
		}
		return ErrInterrupted
	}
	return err
}

// epoch does what is left of the current epoch, the tests at its end included.
// If ctx ends it returns context.Canceled with the state between two steps.
func (t *Trainer) epoch(ctx context.Context) error {
	c, s := &t.config, &t.state
	rate := c.Schedule.Rate(s.Epoch)
	batches := c.Images.Epoch(s.Epoch, s.Step)
	defer batches.Close()
	steps := c.Images.Steps()
	for {
		if ctx.Err() != nil {
			return context.Canceled
		}
		batch, ok := batches.Next()
		if !ok {
			break
		}
		report := t.Step(batch, rate)
		if needed := t.tape.Memory().Peak; c.Memory > 0 && needed > c.Memory {
			const unit = 1 << 20
			return &MemoryError{c.Memory, (needed/unit + 1) * unit}
		}
		report.Epoch, report.Step, report.Steps = s.Epoch, s.Step, steps
		if bad := float64(report.Loss); math.IsNaN(bad) || math.IsInf(bad, 0) {
			return fmt.Errorf("the loss is %v at epoch %d, step %d: %w", bad, s.Epoch+1, s.Step+1, ErrDiverged)
		}
		s.Step++
		s.LossSum += float64(report.Loss)
		if c.OnStep != nil {
			if err := c.OnStep(report); err != nil {
				return err
			}
		}
	}
	ba, err := t.tests.Accuracy(ctx, c.Clean)
	if err != nil {
		return err
	}
	asr, err := t.tests.SuccessRate(ctx, c.Triggered)
	if err != nil {
		return err
	}
	report := Epoch{Epoch: s.Epoch, Rate: rate, Loss: s.LossSum / float64(steps), BA: ba, ASR: asr}
	if s.Best.Epoch < 0 || ba > s.Best.BA {
		s.Best = Best{Epoch: s.Epoch, BA: ba}
		report.Best = true
		if err := t.saveBest(); err != nil {
			return err
		}
	}
	s.Epoch, s.Step, s.LossSum = s.Epoch+1, 0, 0
	if c.OnEpoch != nil {
		return c.OnEpoch(report)
	}
	return nil
}

// Step does one forward pass, backward pass and update at the given learning
// rate. It reports the losses from before the update.
func (t *Trainer) Step(b *datasets.Batch, rate float64) Step {
	t.split(b)
	t.tape.Reset(autograd.Training)
	t.tape.Step = t.state.Epoch*t.config.Images.Steps() + t.state.Step
	t.terms, t.weights = t.terms[:0], t.weights[:0]
	x := t.beside(t.tape.Input(batchTensor(&t.input, b)), b)
	logits := t.config.Model.Forward(t.tape, x, t.onLevel)
	ce := autograd.SoftmaxCrossEntropy(t.tape, logits, b.Labels)
	t.terms, t.weights = append(t.terms, ce), append(t.weights, 1)
	loss := autograd.WeightedSum(t.tape, t.weights, t.terms)
	report := Step{Images: b.N, Rate: rate, Loss: loss.Value.Data[0], CE: ce.Value.Data[0], MMD: t.values}
	for i, d := range t.distances {
		t.values[i] = d.Value.Data[0]
	}
	t.tape.Backward(loss)
	t.sgd.Step(float32(rate))
	return report
}

// measureLevel records the regulariser's distance of a level: on the level itself
// where it is part of the loss, else on its value alone, which costs no backward
// pass.
func (t *Trainer) measureLevel(level int, v *autograd.Var) {
	var weight float32
	if t.weighed[level] {
		weight = t.lambda()
	}
	if weight == 0 {
		v = t.tape.Input(v.Value)
	}
	d := t.distance(level, v)
	t.distances[level] = d
	if weight != 0 {
		t.terms, t.weights = append(t.terms, d), append(t.weights, weight)
	}
}

// lambda returns the weight of the regulariser in the step at hand.
func (t *Trainer) lambda() float32 {
	c := &t.config
	if steps := c.Warmup * c.Images.Steps(); t.tape.Step < steps {
		return float32(c.Lambda * float64(t.tape.Step) / float64(steps))
	}
	return float32(c.Lambda)
}

// batchTensor lays x over the pixels of b.
func batchTensor(x *tensor.Tensor, b *datasets.Batch) *tensor.Tensor {
	x.Shape = tensor.Shape{b.N, b.H, b.W, b.C}
	x.Data = b.Pixels[:x.Shape.Len()]
	return x
}

// Memory returns how much memory the values and gradients of steps have taken.
func (t *Trainer) Memory() tensor.Usage { return t.tape.Memory() }
