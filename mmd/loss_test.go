package mmd

import (
	"math"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
	"sdrm/internal/warm"
	"sdrm/tensor"
)

// batch returns a level of 64 latents, and 14 + 11 of its samples.
func batch() (level *autograd.Var, benign, malicious []int) {
	level = autograd.NewParam(tensor.New(tensor.Shape{64, 4, 4, 70}))
	x := random(11, 64, level.Value.Shape.SampleLen(), 0.2, 1)
	copy(level.Value.Data, x.Data)
	for i := range 14 {
		benign = append(benign, 4*i+1)
	}
	for i := range 11 {
		malicious = append(malicious, 5*i)
	}
	return level, benign, malicious
}

// makeTerm returns that of a regulariser for a level.
func makeTerm(r Regulariser, e Estimator, seed uint64, level *autograd.Var) Term {
	if r.Learned != nil {
		return r.Learned(seed, 0, level.Value.Shape.C()).Term
	}
	return r.Term(e, seed)
}

func TestLossEqualsMeasure(t *testing.T) {
	level, benign, malicious := batch()
	set := func(members []int) tensor.View {
		rows := make([][]float32, len(members))
		for i, m := range members {
			rows[i] = level.Value.Sample(m)
		}
		return matrix(rows)
	}
	a, b := set(benign), set(malicious)
	for name, c := range map[string]struct {
		term Term
		want float64
	}{
		"biased":   {termOf(t, "mmd", Biased), Squared(a, b, Prototype(), Biased)},
		"unbiased": {termOf(t, "mmd", Unbiased), Squared(a, b, Prototype(), Unbiased)},
		"energy":   {termOf(t, "ed", Biased), EnergyDistance(a, b)},
	} {
		for _, mode := range []autograd.Mode{autograd.Inference, autograd.Training} {
			var tape autograd.Tape
			tape.Reset(mode)
			if got := c.term(&tape, level, benign, malicious).Value.Data[0]; got != float32(c.want) {
				t.Errorf("%s: loss %v, measure %v", name, got, c.want)
			}
		}
	}
}

// Directions of the loss differ between steps, and tend to what many give.
func TestSlicedLossDrawsDirectionsForEachStep(t *testing.T) {
	level, benign, malicious := batch()
	var tape autograd.Tape
	tape.Reset(autograd.Inference)
	many := float64(SlicedLoss(&tape, level, benign, malicious, 2000, 1).Value.Data[0])
	last, sum := float32(0), 0.0
	for tape.Step = range 10 {
		v := SlicedLoss(&tape, level, benign, malicious, 200, 1).Value.Data[0]
		if v == last {
			t.Errorf("step %d has the directions of the one before", tape.Step)
		}
		last, sum = v, sum+float64(v)
	}
	near(t, "mean over steps", sum/10, many, 0.05*many)
}

func TestLossWithoutMembers(t *testing.T) {
	same := autograd.NewParam(tensor.New(tensor.Shape{4, 1, 1, 3}))
	level, all, _ := batch()
	var tape autograd.Tape
	for name, c := range map[string]struct {
		level             *autograd.Var
		benign, malicious []int
		estimator         Estimator
	}{
		"no benign":          {level, nil, all, Biased},
		"no malicious":       {level, all, nil, Biased},
		"none":               {level, nil, nil, Biased},
		"one, unbiased":      {level, []int{3}, []int{3}, Unbiased},
		"all samples equal":  {same, []int{0, 1}, []int{2, 3}, Biased},
		"identical samples":  {level, all, all, Biased},
		"the same one twice": {level, []int{2}, []int{2}, Biased},
	} {
		for _, r := range Regularisers() {
			t.Run(name+"/"+r.Name, func(t *testing.T) {
				tape.Reset(autograd.Training)
				loss := makeTerm(r, c.estimator, 1, c.level)(&tape, c.level, c.benign, c.malicious)
				if got := loss.Value.Data[0]; got != 0 {
					t.Errorf("loss %v, want 0", got)
				}
				empty := min(len(c.benign), len(c.malicious)) < r.Least(c.estimator)
				if loss.NeedsGrad() == empty {
					t.Fatalf("needs a gradient: %v", loss.NeedsGrad())
				}
				if empty {
					return
				}
				tape.Backward(loss)
				for _, g := range c.level.Grad.Data {
					if !(math.Abs(float64(g)) < 1e-8) {
						t.Fatalf("gradient %v, want 0", g)
					}
				}
			})
		}
	}
}

func TestLossOfNaNIsNaN(t *testing.T) {
	level, benign, malicious := batch()
	level.Value.Sample(benign[3])[5] = float32(math.NaN())
	for _, r := range Regularisers() {
		var tape autograd.Tape
		tape.Reset(autograd.Training)
		loss := makeTerm(r, Biased, 1, level)(&tape, level, benign, malicious)
		if got := loss.Value.Data[0]; got == got {
			t.Errorf("%s: loss %v, want NaN", r.Name, got)
		}
		tape.Backward(loss) // to the end, whatever it gives
	}
}

func TestLossOfForeignSamplePanics(t *testing.T) {
	level, benign, _ := batch()
	for _, r := range Regularisers() {
		for _, sample := range []int{-1, 64} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: sample %d does not panic", r.Name, sample)
					}
				}()
				var tape autograd.Tape
				tape.Reset(autograd.Training)
				makeTerm(r, Biased, 1, level)(&tape, level, benign, []int{sample})
			}()
		}
	}
}

// TestLossAddsToAGradient runs two losses on one level: gradients add up, and
// rows of samples in neither stay 0.
func TestLossAddsToAGradient(t *testing.T) {
	level, benign, malicious := batch()
	var tape autograd.Tape
	run := func(weights ...float32) []float32 {
		tape.Reset(autograd.Training)
		losses := make([]*autograd.Var, len(weights))
		for i := range weights {
			losses[i] = Loss(&tape, level, benign, malicious, Prototype(), Biased)
		}
		tape.Backward(autograd.WeightedSum(&tape, weights, losses))
		return append([]float32(nil), level.Grad.Data...)
	}
	once, twice := run(0.5), run(0.25, 0.25)
	moved := false
	for i, g := range once {
		moved = moved || g != 0
		near(t, "gradient", float64(twice[i]), float64(g), 1e-6*math.Abs(float64(g)))
	}
	if !moved {
		t.Error("the gradient is 0")
	}
}

func TestLossHasTheSameBitsEverywhere(t *testing.T) {
	level, benign, malicious := batch()
	for i, v := range level.Value.Sample(benign[0]) { // near another one
		level.Value.Sample(malicious[2])[i] = v + 1e-3
	}
	var tape autograd.Tape
	for _, r := range Regularisers() {
		run := func() (float32, []float32) {
			tape.Reset(autograd.Training)
			loss := makeTerm(r, Biased, 1, level)(&tape, level, benign, malicious)
			tape.Backward(loss)
			return loss.Value.Data[0], append([]float32(nil), level.Grad.Data...)
		}
		value, gradient := run()
		for _, k := range asm.Available() {
			for _, workers := range []int{1, 2, 7} {
				restore := asm.Use(k)
				parallel.SetWorkers(workers)
				v, g := run()
				parallel.SetWorkers(0)
				restore()
				if v != value {
					t.Errorf("%s, %v, %d workers: loss %v, want %v", r.Name, k.ISA, workers, v, value)
				}
				for i := range g {
					if g[i] != gradient[i] {
						t.Fatalf("%s, %v, %d workers: gradient %d is %v, want %v", r.Name, k.ISA, workers, i, g[i], gradient[i])
					}
				}
			}
		}
	}
}

func TestWarmLossAllocatesNothing(t *testing.T) {
	level, benign, malicious := batch()
	var tape autograd.Tape
	for _, r := range Regularisers() {
		term := makeTerm(r, Biased, 1, level)
		step := func(less int) {
			tape.Reset(autograd.Training)
			tape.Backward(term(&tape, level, benign[less:], malicious[less:]))
		}
		step(0)
		less := 0
		if allocs := warm.Allocations(func() {
			less = 1 - less // batches with a few members more or less
			step(less)
		}); allocs != 0 {
			t.Errorf("%s: %v allocations a step", r.Name, allocs)
		}
	}
}

// A level that is given up and computed again elsewhere in memory has the same
// gradient.
func TestLossesOfALevelComputedAgain(t *testing.T) {
	shape, row := tensor.Shape{8, 2, 2, 3}, tensor.Shape{1, 1, 1, 3}
	x := tensor.New(shape)
	fill.Uniform(x.Data, 1)
	copy(x.Sample(1), x.Sample(0)) // so near that their difference is taken itself
	x.Sample(1)[0] += 1e-4
	gamma := tensor.New(row)
	fill.Uniform(gamma.Data, 2)
	for _, r := range Regularisers() {
		var want []float32
		for _, again := range []bool{false, true} {
			var tape autograd.Tape
			tape.Reset(autograd.Training)
			leaf := autograd.NewParam(x)
			norm := autograd.NormParams{Gamma: autograd.NewParam(gamma), Beta: autograd.NewParam(tensor.New(row)), Running: tensor.NewRunningStats(3)}
			level := autograd.BatchNorm2D(&tape, leaf, norm, tensor.NormReLU)
			loss := makeTerm(r, Biased, 1, level)(&tape, level, []int{0, 2, 4}, []int{1, 3, 5, 7})
			if again {
				tape.Done(level)
				taken := tape.Saved(shape)
				for i := range taken.Data {
					taken.Data[i] = float32(math.NaN())
				}
			}
			tape.Backward(loss)
			if want == nil {
				want = leaf.Grad.Data
			}
			if !slices.Equal(leaf.Grad.Data, want) {
				t.Errorf("%s: the gradient is another one", r.Name)
			}
		}
	}
}
