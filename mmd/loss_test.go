package mmd

import (
	"math"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
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

// The gradient of every regulariser is that of its value, by central differences along
// directions of the level, which keep the mean squared distance between the members: it is
// a constant to the gradient of `mmd`. What learns goes along its gradient or, as an
// adversary, against it, with all its parameters.
func TestGradientsAreThoseOfTheValues(t *testing.T) {
	const h = 1.0 / 256
	benign, malicious := []int{0, 3, 4, 7}, []int{1, 6, 2}
	for _, r := range Regularisers() {
		for _, e := range []Estimator{Biased, Unbiased} {
			if e == Unbiased && !r.Averages {
				continue // the same again
			}
			draw := rng.New(5, rng.Generate, 0, 0)
			level := autograd.NewParam(tensor.New(tensor.Shape{8, 2, 1, 4}))
			for i := range level.Value.Data {
				level.Value.Data[i] = float32(draw.Normal())
			}
			var learned Learned
			if r.Learned != nil {
				learned = r.Learned(7, 0, 4)
				for _, p := range learned.Parameters {
					for i := range p.Var.Value.Data { // what begins at 0 would hide the rest
						p.Var.Value.Data[i] += float32(draw.Uniform(-0.25, 0.25))
					}
				}
			} else {
				learned.Term = r.Term(e, 7)
			}
			var tape autograd.Tape
			tape.Reset(autograd.Training)
			tape.Backward(learned.Term(&tape, level, benign, malicious))

			// slopes returns that of the value along a direction near the gradient of v, by
			// differences and by the gradient, and what they may differ by.
			slopes := func(v *autograd.Var, keep func(direction []float64)) (differences, gradient, tolerance float64) {
				direction, length := make([]float64, len(v.Grad.Data)), norm(v.Grad.Data)
				for i, g := range v.Grad.Data {
					direction[i] = float64(g)/length + draw.Normal()/math.Sqrt(float64(len(direction)))
				}
				keep(direction)
				was := slices.Clone(v.Value.Data)
				for _, step := range []float64{h, -h} {
					for i, d := range direction {
						v.Value.Data[i] = was[i] + float32(step*d)
					}
					tape.Reset(autograd.Inference)
					differences += float64(learned.Term(&tape, level, benign, malicious).Value.Data[0]) / (2 * step)
				}
				copy(v.Value.Data, was)
				for i, g := range v.Grad.Data {
					gradient += float64(g) * direction[i]
				}
				return differences, gradient, 0.01 * length
			}
			wrong := func(what string, differences, gradient float64) {
				t.Errorf("%s, %v: %s changes by %v along a direction, its gradient says %v", r.Name, e, what, differences, gradient)
			}
			for range 4 {
				differences, gradient, tolerance := slopes(level, func(direction []float64) {
					keepMeanDistance(direction, level.Value, slices.Concat(benign, malicious))
				})
				if !(math.Abs(differences-gradient) <= tolerance) {
					wrong("the level", differences, gradient)
				}
			}
			sign := 0.0
			for _, p := range learned.Parameters {
				differences, gradient, tolerance := slopes(p.Var, func([]float64) {})
				if sign == 0 {
					sign = math.Copysign(1, differences*gradient)
				}
				if !(math.Abs(differences-sign*gradient) <= tolerance) {
					wrong(p.Name, differences, gradient)
				}
			}
		}
	}
}

func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

// keepMeanDistance takes from a direction of a level what changes the mean squared
// distance between some of its samples.
func keepMeanDistance(direction []float64, level *tensor.Tensor, members []int) {
	width := level.Shape.SampleLen()
	centred := make([]float64, len(direction))
	for k := range width {
		mean := 0.0
		for _, i := range members {
			mean += float64(level.Sample(i)[k]) / float64(len(members))
		}
		for _, i := range members {
			centred[i*width+k] = float64(level.Sample(i)[k]) - mean
		}
	}
	product, square := 0.0, 0.0
	for i, c := range centred {
		product += c * direction[i]
		square += c * c
	}
	for i, c := range centred {
		direction[i] -= product / square * c
	}
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
