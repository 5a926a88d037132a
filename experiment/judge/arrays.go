package judge

import (
	"math"
	"slices"
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
// S_malicious of every S, without evidence, with the projections and the seed of
// the default spec. An array has a row a sample; further dimensions are
// flattened. The error names the array that is wrong.
func MeasureArrays(arrays []npy.Named) (Levels, error) {
	var levels Levels
	for _, a := range arrays {
		level, benign := strings.CutSuffix(a.Name, benignSuffix)
		other := level + maliciousSuffix
		if !benign {
			if level, benign = strings.CutSuffix(a.Name, maliciousSuffix); !benign {
				return nil, fault.Inputf("array %q: want names that end in %s and %s", a.Name, benignSuffix, maliciousSuffix)
			}
			other = level + benignSuffix
		}
		i := slices.IndexFunc(arrays, func(b npy.Named) bool { return b.Name == other })
		if i < 0 {
			return nil, fault.Inputf("array %q: there is no %q beside it", a.Name, other)
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
			return nil, fault.Inputf("array %q: samples have %d values, those of %q %d", a.Name, first.Cols, other, second.Cols)
		}
		s := spec.Default()
		d := unmeasured(level)
		d.compare(first, second, s.Detect.Projections, s.Seed, nil)
		levels = append(levels, d)
	}
	if len(levels) == 0 {
		return nil, fault.Inputf("want arrays whose names end in %s and %s, found none", benignSuffix, maliciousSuffix)
	}
	return levels, nil
}

// samples views an array as a row a sample.
func samples(a npy.Named) (tensor.View, error) {
	if len(a.Shape) < 2 || len(a.Data) == 0 {
		return tensor.View{}, fault.Inputf("array %q: found shape %v, want samples and their values", a.Name, a.Shape)
	}
	for i, v := range a.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return tensor.View{}, fault.Inputf("array %q: element %d is %v, want a finite number", a.Name, i, v)
		}
	}
	n := a.Shape[0]
	return tensor.Matrix(a.Data, n, len(a.Data)/n), nil
}
