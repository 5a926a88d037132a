package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"sdrm/internal/fault"
	"sdrm/internal/npy"
	"sdrm/internal/nullable"
	"sdrm/mmd"
	"sdrm/tensor"
)

func array(name string, shape []int, values ...float32) npy.Named {
	return npy.Named{Name: name, Array: npy.Array{Shape: shape, Data: values}}
}

// measure measures arrays by way of a file.
func measure(t *testing.T, arrays []npy.Named) (Levels, error) {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteZip(&b, arrays); err != nil {
		t.Fatal(err)
	}
	f, err := npy.NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	levels, err := MeasureArrays(t.Context(), f, Work{})
	if err == nil {
		interrupted(t, f, levels)
	}
	return levels, err
}

// interrupted wants no levels of a file once nobody waits for them, and to be told of
// each level otherwise.
func interrupted(t *testing.T, f *npy.File, levels Levels) {
	t.Helper()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if got, err := MeasureArrays(stopped, f, Work{}); !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("interrupted: %d levels, error %v", len(got), err)
	}
	var told []string
	count := func(p Progress) {
		if p.Share == 1 && p.All == len(levels) {
			told = append(told, p.Level)
		}
	}
	if _, err := MeasureArrays(t.Context(), f, Work{OnProgress: count}); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(told, levels, func(name string, d Distance) bool { return name == d.Level }) {
		t.Errorf("told of the levels %q of %d", told, len(levels))
	}
}

func TestMeasureArrays(t *testing.T) {
	benign, malicious := []float32{1, 2, 3, 4, 5, 7}, []float32{2, 2, 9, 4}
	levels, err := measure(t, []npy.Named{
		array("s2_malicious", []int{2, 2}, malicious...), array("s2_benign", []int{3, 2}, benign...),
		array("a_benign", []int{3, 1, 2}, benign...), array("a_malicious", []int{2, 2, 1}, malicious...),
	})
	if err != nil {
		t.Fatal(err)
	}
	a, b := tensor.Matrix(benign, 3, 2), tensor.Matrix(malicious, 2, 2)
	want := levelJSON{
		MMD: nullable.Float(mmd.Squared(a, b, mmd.Prototype(), mmd.Biased)), ED: nullable.Float(mmd.EnergyDistance(a, b)),
		SWD: nullable.Float(mmd.SlicedWasserstein(a, b, 128, 1)), MMDLow: nullable.NaN(), MMDHigh: nullable.NaN(),
	}
	second := want
	want.Level, second.Level = "s2", "a"
	got, err := json.Marshal(levels)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := json.Marshal([]levelJSON{want, second}); err != nil || string(got) != string(want) {
		t.Errorf("levels %s, want %s", got, want)
	}
	var back Levels
	if err := json.Unmarshal(got, &back); err != nil || len(back) != 2 || back[0].ED.Value != want.ED || !back[1].ED.P.IsNaN() {
		t.Errorf("read back: %+v, %v", back, err)
	}
}

func TestMeasureArraysRefuses(t *testing.T) {
	good := array("s_malicious", []int{2, 2}, 1, 2, 3, 4)
	for _, c := range []struct {
		name   string
		arrays []npy.Named
		want   string
	}{
		{"none", nil, "found none"},
		{"other name", []npy.Named{array("x", []int{1, 1}, 1)}, `array "x": want names`},
		{"no malicious", []npy.Named{array("s_benign", []int{2, 2}, 1, 2, 3, 4)}, `no "s_malicious"`},
		{"no benign", []npy.Named{good}, `no "s_benign"`},
		{"a vector", []npy.Named{array("s_benign", []int{2}, 1, 2), good}, `array "s_benign": found shape [2]`},
		{"no samples", []npy.Named{array("s_benign", []int{0, 2}), good}, "found shape [0 2]"},
		{"no values", []npy.Named{array("s_benign", []int{2, 0}), good}, "found shape [2 0]"},
		{"NaN", []npy.Named{array("s_benign", []int{1, 2}, 1, float32(math.NaN())), good}, "element 1 is NaN"},
		{"other width", []npy.Named{array("s_benign", []int{1, 3}, 1, 2, 3), good}, "samples have 3 values"},
	} {
		_, err := measure(t, c.arrays)
		var input *fault.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want an InputError with %q", c.name, err, c.want)
		}
	}
}
