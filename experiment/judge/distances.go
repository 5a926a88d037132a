package judge

import (
	"context"
	"encoding/json"
	"slices"

	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/nullable"
	"sdrm/internal/progress"
	"sdrm/mmd"
	"sdrm/tensor"
)

// Distance is how far apart the benign and the malicious latents of a pair are at
// a level. Its figures are null where there are too few samples.
type Distance struct {
	Pair        Pair     `json:"pair"`    // files of before there were others name none: Protocol
	Samples     int      `json:"samples"` // benign ones, and as many malicious
	Level       string   `json:"level"`
	ReLU        int      `json:"relu"`        // of the model, from 1
	Regularised bool     `json:"regularised"` // whether the regulariser's distance there is part of the loss
	Values      int      `json:"values"`      // of a latent
	MMD         Evidence `json:"mmd"`         // MMD²
	ED          Evidence `json:"ed"`          // Energy Distance
	SWD         Evidence `json:"swd"`         // Sliced Wasserstein
	MaxSWD      Evidence `json:"max_swd"`     // largest of the directions
}

// fields are the measures, in the order of mmd.Measures.
func (d *Distance) fields() [4]*Evidence { return [...]*Evidence{&d.MMD, &d.ED, &d.SWD, &d.MaxSWD} }

// Figure is a measure of a Distance and what it is called.
type Figure struct {
	mmd.Measure
	Evidence
}

// Figures returns the measures of d in the order of mmd.Measures.
func (d Distance) Figures() []Figure {
	var all []Figure
	measures := mmd.Measures()
	for i, e := range d.fields() {
		all = append(all, Figure{measures[i], *e})
	}
	return all
}

// Evidence is a measure with the p-value of a permutation test of equal
// distributions and the bounds of a 95 % bootstrap interval; mmd.Evidence tells
// what they mean.
type Evidence struct {
	Value nullable.Float `json:"value"`
	P     nullable.Float `json:"p"`
	Low   nullable.Float `json:"low"`
	High  nullable.Float `json:"high"`

	// Control is the measure of the same images in a clean model; mmd.Difference tells
	// what its bounds mean.
	Control *score.Contrast `json:"control,omitempty"`
}

// evidence returns a measure, compared with that of a control if it is not nil.
func evidence(e mmd.Evidence, control *mmd.Evidence) Evidence {
	out := Evidence{nullable.Float(e.Value), nullable.Float(e.P), nullable.Float(e.Low), nullable.Float(e.High), nil}
	if control != nil {
		d := e.Minus(*control)
		out.Control = &score.Contrast{Value: nullable.Float(control.Value), Difference: nullable.Float(d.Value), Low: nullable.Float(d.Low), High: nullable.Float(d.High)}
	}
	return out
}

// alone is a measure without evidence.
func alone(value float64) Evidence {
	return Evidence{nullable.Float(value), nullable.NaN(), nullable.NaN(), nullable.NaN(), nil}
}

// unmeasured is a level without figures.
func unmeasured(level string) Distance {
	d := Distance{Level: level}
	for _, e := range d.fields() {
		*e = alone(float64(nullable.NaN()))
	}
	return d
}

// Levels are distances with an interval of MMD² and no other evidence, for which JSON
// has one number a measure.
type Levels []Distance

// levelJSON is the schema of one of Levels.
type levelJSON struct {
	Level string         `json:"level"`
	MMD   nullable.Float `json:"mmd"` // MMD², biased, the prototype's kernel
	ED    nullable.Float `json:"ed"`
	SWD   nullable.Float `json:"swd"`

	MMDLow  nullable.Float `json:"mmd_low"` // as in Evidence; older files have none
	MMDHigh nullable.Float `json:"mmd_high"`
}

// UnmarshalJSON reads bounds that an older file lacks as NaN.
func (l *levelJSON) UnmarshalJSON(text []byte) error {
	type fields levelJSON // without this method
	f := fields{MMDLow: nullable.NaN(), MMDHigh: nullable.NaN()}
	err := json.Unmarshal(text, &f)
	*l = levelJSON(f)
	return err
}

// MarshalJSON writes the values.
func (l Levels) MarshalJSON() ([]byte, error) {
	out := make([]levelJSON, len(l))
	for i, d := range l {
		out[i] = levelJSON{d.Level, d.MMD.Value, d.ED.Value, d.SWD.Value, d.MMD.Low, d.MMD.High}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Levels) UnmarshalJSON(text []byte) error {
	var in []levelJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*l = nil
	for _, v := range in {
		d := unmeasured(v.Level)
		d.MMD.Value, d.ED.Value, d.SWD.Value = v.MMD, v.ED, v.SWD
		d.MMD.Low, d.MMD.High = v.MMDLow, v.MMDHigh
		*l = append(*l, d)
	}
	return nil
}

// Distances are what Measure found.
type Distances struct {
	Measures
	Projections int        `json:"projections"` // of the sliced distances
	Samples     int        `json:"samples"`     // those of the first pair
	Levels      []Distance `json:"levels"`
	Skipped     []Skipped  `json:"skipped,omitempty"`
	Warnings    []string   `json:"warnings,omitempty"` // what weakens the figures
}

// Measure measures the pairs of groups of test images at the places of the scope with
// evidence, with the latents of one place in memory at a time. With a control, the same
// images are compared in that clean model too. If ctx ends, the error is context.Canceled.
func Measure(ctx context.Context, s Scope, m Measures, w Work) (Distances, error) {
	out := Distances{Measures: m, Projections: s.Subject.Spec.Detect.Projections, Levels: []Distance{}}
	if err := m.Check(); err != nil {
		return out, err
	}
	work := &job{Work: w, all: len(s.At) * len(s.Pairs)}
	for i, a := range s.At {
		for _, pair := range s.Pairs {
			var found measured
			err := work.do(ctx, Unit{SkippedMeasures, a.Name, pair.Set()}, &found, func(ctx context.Context) error {
				return found.measure(ctx, s, i, pair, &m)
			})
			if err != nil {
				return out, err
			}
			out.Levels, out.Skipped = append(out.Levels, found.Levels...), append(out.Skipped, found.Skipped...)
			if pair == s.Pairs[0] && found.OnePoint != "" {
				out.Warnings = append(out.Warnings, found.OnePoint)
			}
		}
	}
	sizes := map[Pair]int{}
	for _, d := range out.Levels {
		sizes[d.Pair] = d.Samples
	}
	if len(out.Levels) > 0 {
		out.Samples = out.Levels[0].Samples
	}
	weak, err := warnings(ctx, s.Subject, sizes)
	out.Warnings = append(out.Warnings, weak...)
	return out, err
}

// measured is what is found out of a pair at a place.
type measured struct {
	Levels   []Distance `json:"levels"`
	Skipped  []Skipped  `json:"skipped,omitempty"`
	OnePoint string     `json:"one_point,omitempty"` // a warning
}

// measure does what Measure does of a pair at place i.
func (d *measured) measure(ctx context.Context, s Scope, i int, pair Pair, m *Measures) error {
	quiet := progress.With(ctx, func(int, int) {}) // the tests take longest
	g, err := Collect(quiet, s.Subject, s.At[i:i+1], pair)
	if err != nil {
		return err
	}
	var clean *Groups
	if s.Control != nil {
		if clean, err = g.through(quiet, s.Control.Tests); err != nil {
			return err
		}
	}
	d.Levels, d.Skipped = distances(ctx, s.Subject, g, clean, m)
	if len(d.Skipped) == 0 {
		d.OnePoint = onePoint(s.At[i].Name, g.Benign(0))
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	return nil
}

// distances measures groups at every place, if m is nil with an interval of MMD² as
// the only evidence. With more, control may be the same images in a clean model. If ctx ends early
// the distances mean nothing.
func distances(ctx context.Context, x *subject.Subject, g, control *Groups, m *Measures) (levels []Distance, skipped []Skipped) {
	least := 1
	if m != nil {
		least = 2
	}
	regularised := x.Regularised()
	for i, a := range g.at {
		d := unmeasured(a.Name)
		d.Pair, d.Samples = g.pair, g.N
		d.ReLU, d.Regularised = a.ReLU+1, slices.Contains(regularised, a.Name)
		if reason := g.tooFew(least); reason != "" {
			skipped = append(skipped, Skipped{SkippedMeasures, a.Name, g.pair.Set(), reason})
		} else {
			projections, seed := x.Spec.Detect.Projections, x.Spec.Seed
			switch {
			case m == nil:
				d.compare(ctx, g.Benign(i), g.Malicious(i), projections, seed)
				d.bound(ctx, g.Benign(i), g.Malicious(i), seed)
			case control == nil:
				d.test(ctx, g.Benign(i), g.Malicious(i), projections, seed, m, nil)
			default:
				clean := m.tests(progress.Part(ctx, 0, 2), control.Benign(i), control.Malicious(i), projections, seed)
				d.test(progress.Part(ctx, 1, 2), g.Benign(i), g.Malicious(i), projections, seed, m, &clean)
			}
		}
		levels = append(levels, d)
	}
	return levels, skipped
}

// compare measures two sets of latents by the prototype's kernel and estimator. If ctx
// ends, what is not measured yet stays without a value.
func (d *Distance) compare(ctx context.Context, a, b tensor.View, projections int, seed uint64) {
	d.Values = a.Cols
	for _, measure := range []func(){
		func() { d.MMD = alone(mmd.Squared(a, b, mmd.Prototype(), mmd.Biased)) },
		func() { d.ED = alone(mmd.EnergyDistance(a, b)) },
		func() { d.SWD = alone(mmd.SlicedWasserstein(a, b, projections, seed)) },
	} {
		if ctx.Err() == nil {
			measure()
		}
	}
}

// mostBounded is the largest number of samples of a set of which compare's MMD² is
// given an interval (ours): the table of all pairs then takes 256 MiB.
const mostBounded = 4096

// bound gives the MMD² of compare its interval, where the sets are not too large
// for that. If ctx ends, it means nothing.
func (d *Distance) bound(ctx context.Context, a, b tensor.View, seed uint64) {
	if max(a.Rows, b.Rows) <= mostBounded && ctx.Err() == nil {
		e := mmd.Compare(a, b).SquaredTest(mmd.Prototype(), mmd.Biased, mmd.Resampling{Resamples: DefaultMeasures().Resamples, Seed: seed,
			Stopped: func() bool { return ctx.Err() != nil }})
		d.MMD.Low, d.MMD.High = nullable.Float(e.Low), nullable.Float(e.High)
	}
}

// tested are the measures of Distance, in its order.
type tested [4]mmd.Evidence

// tests measures two sets of latents with evidence. The values come from one table
// of all pairs, which adds up in another order than compare and may differ in the
// last bits. It reports how many are measured; if ctx ends early they mean nothing.
func (m *Measures) tests(ctx context.Context, a, b tensor.View, projections int, seed uint64) tested {
	kernel, _ := m.kernel() // checked
	r := mmd.Resampling{Permutations: m.Permutations, Resamples: m.Resamples, Seed: seed,
		Stopped: func() bool { return ctx.Err() != nil }}
	pairs := mmd.Compare(a, b)
	var out tested
	for i, test := range [len(out)]func() mmd.Evidence{
		func() mmd.Evidence {
			if m.Estimator == estimatorLinear {
				return mmd.LinearTimeTest(a, b, kernel, r)
			}
			e, _ := mmd.ParseEstimator(m.Estimator) // checked
			return pairs.SquaredTest(kernel, e, r)
		},
		func() mmd.Evidence { return pairs.EnergyTest(r) },
		func() mmd.Evidence { return mmd.SliceTest(a, b, projections, seed, mmd.MeanSlice, r) },
		func() mmd.Evidence { return mmd.SliceTest(a, b, projections, seed, mmd.MaxSlice, r) },
	} {
		progress.Report(ctx, i, len(out))
		if r.Stopped() {
			break
		}
		out[i] = test()
	}
	return out
}

// test measures two sets of latents with evidence, against the same measures of a
// control if it is not nil.
func (d *Distance) test(ctx context.Context, a, b tensor.View, projections int, seed uint64, m *Measures, control *tested) {
	d.Values = a.Cols
	found := m.tests(ctx, a, b, projections, seed)
	for i, to := range d.fields() {
		var clean *mmd.Evidence
		if control != nil {
			clean = &control[i]
		}
		*to = evidence(found[i], clean)
	}
}
