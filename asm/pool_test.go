package asm_test

import (
	"math"
	"slices"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

// extremes are what a maximum may go wrong on.
var extremes = []float32{float32(math.NaN()), 0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), 1, -2}

// lanes fills vectors of every instruction set once, and leaves a rest.
const lanes = 16 + 8 + 4 + 3

// TestMaxPairs takes the maximum of every pair of extremes in every lane.
func TestMaxPairs(t *testing.T) {
	n := len(extremes)
	x, y, want := make([]float32, lanes), make([]float32, lanes), make([]float32, lanes)
	for shift := range n * n {
		for i := range lanes {
			x[i], y[i] = extremes[(i+shift)%n], extremes[(i+shift)/n%n]
			_, want[i] = scan(x[i], y[i])
		}
		for _, k := range asm.Available() {
			got := make([]float32, lanes)
			k.Max(got, x, y)
			if i := conform.FirstDifference(got, want); i >= 0 {
				t.Errorf("%v: the maximum of %v and %v is %v, want %v", k.ISA, x[i], y[i], got[i], want[i])
			}
		}
	}
}

// TestMaxPool2x2Windows pools every window of extremes in every lane, and takes
// gradients back through it.
func TestMaxPool2x2Windows(t *testing.T) {
	n := len(extremes) * len(extremes) * len(extremes) * len(extremes)
	var x, dx [2][]float32
	for row := range x {
		x[row], dx[row] = make([]float32, 2*n*lanes), make([]float32, 2*n*lanes)
	}
	y, dy := make([]float32, n*lanes), make([]float32, n*lanes)
	for at := range y {
		pixel, lane := at/lanes, at%lanes
		window := make([]float32, 4)
		digits := (pixel + lane*n/lanes) % n
		for k := range window {
			window[k] = extremes[digits%len(extremes)]
			digits /= len(extremes)
			x[k/2][(2*pixel+k%2)*lanes+lane] = window[k]
		}
		var place int
		place, y[at] = scan(window...)
		dy[at] = float32(at + 1)
		dx[place/2][(2*pixel+place%2)*lanes+lane] = dy[at]
	}
	for _, k := range asm.Available() {
		gotY, gotDX0, gotDX1 := make([]float32, len(y)), slices.Clone(x[0]), slices.Clone(x[1])
		k.MaxPool2x2(gotY, x[0], x[1], lanes)
		k.MaxPool2x2Grad(gotDX0, gotDX1, dy, gotY, x[0], x[1], lanes)
		for _, r := range []struct {
			what      string
			got, want []float32
		}{{"y", gotY, y}, {"dx0", gotDX0, dx[0]}, {"dx1", gotDX1, dx[1]}} {
			if i := conform.FirstDifference(r.got, r.want); i >= 0 {
				t.Errorf("%v: %s[%d] is %v, want %v", k.ISA, r.what, i, r.got[i], r.want[i])
			}
		}
	}
}

// scan returns the place of the maximum as PyTorch finds it, the last that is above
// all before it or NaN, and the maximum, of several zeros the last.
func scan(window ...float32) (place int, top float32) {
	highest := float32(math.Inf(-1))
	for i, v := range window {
		if v > highest || v != v {
			place, highest = i, v
		}
	}
	top = window[place]
	for _, v := range window {
		if v == top {
			top = v
		}
	}
	return place, top
}
