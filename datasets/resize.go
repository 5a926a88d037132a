package datasets

import "math"

// Resize returns an h×w image of c channels resized to newH×newW with the
// bilinear filter of Pillow's Image.resize, which widens the filter when it
// shrinks an image. The result is equal to Pillow's byte for byte.
func Resize(pixels []uint8, h, w, c, newH, newW int) []uint8 {
	if len(pixels) != h*w*c {
		panic("datasets: Resize: pixels do not fit height, width and channels")
	}
	if min(h, w, c, newH, newW) < 1 {
		panic("datasets: Resize: sizes must be positive")
	}
	r := newResizer(h, w, c, newH, newW)
	dst := make([]uint8, newH*newW*c)
	r.run(dst, pixels, make([]uint8, r.scratch()))
	return dst
}

// precision is the number of fraction bits of the filter weights: 32 bits less
// 8 for the pixel and 2 for overshoot, as in Pillow's Resample.c.
const precision = 32 - 8 - 2

// An axis holds, for each output position along one axis, the input positions
// it depends on and their weights in units of 2^-precision.
type axis struct {
	taps    int
	first   []int   // the first input position
	weights []int32 // taps an output position
}

// newAxis computes the filter from size in to size out. All of it is in
// float64 in the order of Pillow's precompute_coeffs.
func newAxis(in, out int) axis {
	scale := float64(in) / float64(out)
	support := max(scale, 1) // half the width of the triangle
	taps := int(math.Ceil(support))*2 + 1
	taps = min(taps, in)
	a := axis{taps: taps, first: make([]int, out), weights: make([]int32, out*taps)}
	triangle := make([]float64, in)
	for o := range out {
		center := float64((float64(o) + 0.5) * scale)
		lo := max(int(center-support+0.5), 0)
		hi := min(int(center+support+0.5), in)
		sum := 0.0
		for i := lo; i < hi; i++ {
			x := math.Abs(float64((float64(i) - center + 0.5) * (1 / support)))
			triangle[i] = max(1-x, 0)
			sum += triangle[i]
		}
		// Every position reads the same number of inputs; where fewer matter,
		// the others have weight 0.
		first := min(lo, in-taps)
		a.first[o] = first
		for i := lo; i < hi; i++ {
			a.weights[o*taps+i-first] = int32(0.5 + float64(triangle[i]/sum*(1<<precision)))
		}
	}
	return a
}

// A resizer resizes images from one size to another: along rows first, then
// along columns, rounding to bytes between, each only if that size changes.
type resizer struct {
	h, w, c, newH, newW int
	rows, columns       axis
}

func newResizer(h, w, c, newH, newW int) *resizer {
	return &resizer{h: h, w: w, c: c, newH: newH, newW: newW, rows: newAxis(h, newH), columns: newAxis(w, newW)}
}

// scratch returns how many bytes run needs for the image between the passes.
func (r *resizer) scratch() int { return r.h * r.newW * r.c }

// run writes src resized to dst.
func (r *resizer) run(dst, src, scratch []uint8) {
	between := src
	if r.newW != r.w {
		if between = scratch; r.newH == r.h {
			between = dst
		}
		for y := range r.h {
			r.columns.alongRow(between[y*r.newW*r.c:][:r.newW*r.c], src[y*r.w*r.c:][:r.w*r.c], r.c)
		}
	}
	if r.newH != r.h {
		r.rows.acrossRows(dst, between, r.newW*r.c)
	} else if r.newW == r.w {
		copy(dst, src)
	}
}

// alongRow filters one row of pixels of c channels.
func (a *axis) alongRow(dst, src []uint8, c int) {
	if c == 3 {
		a.alongColourRow(dst, src)
		return
	}
	for o, first := range a.first {
		weights := a.weights[o*a.taps:][:a.taps]
		for k := range c {
			sum := int32(1) << (precision - 1)
			for t, weight := range weights {
				sum += int32(src[(first+t)*c+k]) * weight
			}
			dst[o*c+k] = clip(sum)
		}
	}
}

// alongColourRow is alongRow for three channels, which are summed up side by
// side.
func (a *axis) alongColourRow(dst, src []uint8) {
	for o, first := range a.first {
		weights := a.weights[o*a.taps:][:a.taps]
		in := src[first*3:][:a.taps*3]
		red, green, blue := int32(1)<<(precision-1), int32(1)<<(precision-1), int32(1)<<(precision-1)
		for t, weight := range weights {
			red += int32(in[3*t]) * weight
			green += int32(in[3*t+1]) * weight
			blue += int32(in[3*t+2]) * weight
		}
		dst[3*o], dst[3*o+1], dst[3*o+2] = clip(red), clip(green), clip(blue)
	}
}

// acrossRows filters every column of an image whose rows are stride bytes.
func (a *axis) acrossRows(dst, src []uint8, stride int) {
	for o, first := range a.first {
		weights := a.weights[o*a.taps:][:a.taps]
		out := dst[o*stride:][:stride]
		for x := range out {
			sum := int32(1) << (precision - 1)
			for t, weight := range weights {
				sum += int32(src[(first+t)*stride+x]) * weight
			}
			out[x] = clip(sum)
		}
	}
}

// clip rounds a sum of weighted bytes, which already holds the half, to a byte.
func clip(sum int32) uint8 { return uint8(min(max(sum>>precision, 0), 255)) }
