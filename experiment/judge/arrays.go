package judge

import (
	"context"
	"math"
	"strings"

	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/internal/npy"
	"sdrm/tensor"
)

// The names of a level's two arrays end so.
const (
	benignSuffix    = "_benign"
	maliciousSuffix = "_malicious"
)

// Arrays returns the latents of the groups, two arrays a level, S_benign and
// S_malicious for a level S, with a row a sample.
func (g *Groups) Arrays() []npy.Named {
	var out []npy.Named
	add := func(name string, v tensor.View) {
		out = append(out, npy.Named{Name: name, Array: npy.Array{Shape: []int{v.Rows, v.Cols}, Data: v.Data[:v.Rows*v.Cols]}})
	}
	for i, a := range g.at {
		add(a.Name+benignSuffix, g.Benign(i))
		add(a.Name+maliciousSuffix, g.Malicious(i))
	}
	return out
}

// MeasureArrays returns the distances between the arrays S_benign and
// S_malicious of every S in a file, without evidence, with the projections and the
// seed of the default spec. An array has a row a sample; further dimensions are
// flattened. No array is read before all names and shapes are found to be right.
// The error names the array that is wrong; if ctx ends, it is context.Canceled.
func MeasureArrays(ctx context.Context, f *npy.File, w Work) (Levels, error) {
	pairs, err := pair(f.Arrays)
	if err != nil {
		return nil, err
	}
	var levels Levels
	work := &job{Work: w, all: len(pairs)}
	for _, p := range pairs {
		d := unmeasured(p.level)
		err := work.do(ctx, Unit{Name: SkippedMeasures, Level: p.level}, &d, func(ctx context.Context) error {
			return d.compareArrays(ctx, f, p)
		})
		if err != nil {
			return nil, err
		}
		levels = append(levels, d)
	}
	return levels, nil
}

// compareArrays measures the two arrays of a level.
func (d *Distance) compareArrays(ctx context.Context, f *npy.File, p levelPair) error {
	benign, err := samples(f, p.benign)
	if err != nil {
		return err
	}
	malicious, err := samples(f, p.malicious)
	if err != nil {
		return err
	}
	s := spec.Default()
	d.compare(ctx, benign, malicious, s.Detect.Projections, s.Seed)
	return ctx.Err()
}

// A levelPair is where the two arrays of a level are.
type levelPair struct {
	level             string
	benign, malicious int
}

// pair finds the arrays of each level, in the order of the benign ones.
func pair(arrays []npy.Info) ([]levelPair, error) {
	at := map[string]int{}
	for i, a := range arrays {
		at[a.Name] = i
	}
	var pairs []levelPair
	for i, a := range arrays {
		level, benign := strings.CutSuffix(a.Name, benignSuffix)
		other := level + maliciousSuffix
		if !benign {
			var malicious bool
			if level, malicious = strings.CutSuffix(a.Name, maliciousSuffix); !malicious {
				return nil, fault.Inputf("array %q: want names that end in %s and %s", a.Name, benignSuffix, maliciousSuffix)
			}
			other = level + benignSuffix
		}
		k, found := at[other]
		if !found {
			return nil, fault.Inputf("array %q: there is no %q beside it", a.Name, other)
		}
		width, err := values(a)
		if err != nil {
			return nil, err
		}
		if !benign {
			continue // its other makes the pair
		}
		second, err := values(arrays[k])
		if err != nil {
			return nil, err
		}
		if width != second {
			return nil, fault.Inputf("array %q: samples have %d values, those of %q %d", a.Name, width, other, second)
		}
		pairs = append(pairs, levelPair{level, i, k})
	}
	if len(pairs) == 0 {
		return nil, fault.Inputf("want arrays whose names end in %s and %s, found none", benignSuffix, maliciousSuffix)
	}
	return pairs, nil
}

// values returns how many values a sample of an array has.
func values(a npy.Info) (int, error) {
	n := 1
	for _, d := range a.Shape {
		n *= d
	}
	if len(a.Shape) < 2 || n == 0 {
		return 0, fault.Inputf("array %q: found shape %v, want samples and their values", a.Name, a.Shape)
	}
	return n / a.Shape[0], nil
}

// samples reads array i as a row a sample.
func samples(f *npy.File, i int) (tensor.View, error) {
	a, err := f.Read(i)
	if err != nil {
		return tensor.View{}, fault.Input(err)
	}
	for k, v := range a.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return tensor.View{}, fault.Inputf("array %q: element %d is %v, want a finite number", f.Arrays[i].Name, k, v)
		}
	}
	n := a.Shape[0]
	return tensor.Matrix(a.Data, n, len(a.Data)/n), nil
}
