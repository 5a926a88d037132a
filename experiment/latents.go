package experiment

import (
	"math"
	"slices"
	"strings"

	"sdrm/internal/npy"
	"sdrm/mmd"
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
		add(a.Name+benignSuffix, g.benign.View(i, g.N))
		add(a.Name+maliciousSuffix, g.malicious.View(i, g.N))
	}
	return out
}

// MeasureArrays returns the distances between the arrays S_benign and
// S_malicious of every S, as Measure does with the projections and the seed of
// the default spec. An array has a row a sample; further dimensions are
// flattened. The error names the array that is wrong.
func MeasureArrays(arrays []npy.Named) ([]Level, error) {
	var levels []Level
	for _, a := range arrays {
		level, benign := strings.CutSuffix(a.Name, benignSuffix)
		other := level + maliciousSuffix
		if !benign {
			if level, benign = strings.CutSuffix(a.Name, maliciousSuffix); !benign {
				return nil, inputf("array %q: want names that end in %s and %s", a.Name, benignSuffix, maliciousSuffix)
			}
			other = level + benignSuffix
		}
		i := slices.IndexFunc(arrays, func(b npy.Named) bool { return b.Name == other })
		if i < 0 {
			return nil, inputf("array %q: there is no %q beside it", a.Name, other)
		}
		first, err := samples(a)
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(a.Name, benignSuffix) {
			continue // measured, or about to be, from the other
		}
		second, err := samples(arrays[i])
		if err != nil {
			return nil, err
		}
		if first.Cols != second.Cols {
			return nil, inputf("array %q: samples have %d values, those of %q %d", a.Name, first.Cols, other, second.Cols)
		}
		d := Default()
		levels = append(levels, distances(level, first, second, d.Detect.Projections, d.Seed))
	}
	if len(levels) == 0 {
		return nil, inputf("want arrays whose names end in %s and %s, found none", benignSuffix, maliciousSuffix)
	}
	return levels, nil
}

// samples views an array as a row a sample.
func samples(a npy.Named) (tensor.View, error) {
	if len(a.Shape) < 2 || len(a.Data) == 0 {
		return tensor.View{}, inputf("array %q: found shape %v, want samples and their values", a.Name, a.Shape)
	}
	for i, v := range a.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return tensor.View{}, inputf("array %q: element %d is %v, want a finite number", a.Name, i, v)
		}
	}
	n := a.Shape[0]
	return tensor.Matrix(a.Data, n, len(a.Data)/n), nil
}

// distances compares two sets of latents of a level.
func distances(level string, a, b tensor.View, projections int, seed uint64) Level {
	return Level{
		Level: level,
		MMD:   Number(mmd.Squared(a, b, mmd.Prototype(), mmd.Biased)),
		ED:    Number(mmd.EnergyDistance(a, b)),
		SWD:   Number(mmd.SlicedWasserstein(a, b, projections, seed)),
	}
}
