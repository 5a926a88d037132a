package weights

import (
	"fmt"
	"math"

	"sdrm/internal/safetensors"
	"sdrm/layers"
)

// Loaded are tensors of a file that fit entries of a model and are not yet in
// them.
type Loaded struct {
	Tensors []safetensors.Tensor // by entry
	entries []layers.Entry
}

// Load reads the tensors of the entries. The error names one that is missing or
// has another type or shape, or an element that is not finite.
func Load(f *safetensors.File, entries []layers.Entry) (*Loaded, error) {
	l := &Loaded{entries: entries}
	for _, e := range entries {
		t := safetensors.Tensor{Name: e.Name, Shape: e.Dims()}
		var err error
		if e.Layout == layers.Scalar {
			t.I64 = make([]int64, 1)
			err = f.ReadI64(t.Name, t.Shape, t.I64)
		} else {
			t.F32, err = floats(f, t.Name, t.Shape)
		}
		if err != nil {
			return nil, err
		}
		l.Tensors = append(l.Tensors, t)
	}
	return l, nil
}

// Read reads a tensor that is no entry's. The error names it, and an element that is
// not finite.
func Read(f *safetensors.File, info safetensors.Info) (safetensors.Tensor, error) {
	t := safetensors.Tensor{Name: info.Name, Shape: info.Shape}
	var err error
	if info.DType == safetensors.I64 {
		t.I64 = make([]int64, elements(t.Shape))
		err = f.ReadI64(t.Name, t.Shape, t.I64)
	} else {
		t.F32, err = floats(f, t.Name, t.Shape)
	}
	return t, err
}

// elements returns how many elements a tensor of a file has.
func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// floats returns the elements of a float32 tensor of the given shape, which must
// be finite.
func floats(f *safetensors.File, name string, shape []int) ([]float32, error) {
	x := make([]float32, elements(shape))
	if err := f.ReadF32(name, shape, x); err != nil {
		return nil, err
	}
	for i, v := range x {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil, fmt.Errorf("tensor %q: element %d is %v, want a finite number", name, i, v)
		}
	}
	return x, nil
}

// Store moves the tensors into their entries.
func (l *Loaded) Store() error {
	for i, e := range l.entries {
		t := l.Tensors[i]
		if t.I64 != nil {
			t.F32 = []float32{float32(t.I64[0])}
		}
		if err := e.Import(t.Shape, t.F32); err != nil {
			return err
		}
	}
	return nil
}
