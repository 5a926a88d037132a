package tensor

import "sdrm/internal/parallel"

// A grouped convolution as one convolution a group, on channels that are copied
// next to one another: a group then takes whatever algorithm suits its shape.

// one is the convolution of one group.
func (g ConvGeometry) one() ConvGeometry {
	g.Groups = 1
	return g
}

func groupedForward(y, x, w, bias *Tensor, g ConvGeometry) {
	for i := range g.Groups {
		yi, xi, wi, bi := groupLike(y, g), takeGroup(x, i, g), takeGroup(w, i, g), takeGroup(bias, i, g)
		Conv2D(yi, xi, wi, bi, g.one())
		putGroup(y, yi, i)
		putAll(yi, xi, wi, bi)
	}
}

func groupedGradInput(dx, dy, w *Tensor, g ConvGeometry) {
	for i := range g.Groups {
		dxi, dyi, wi := groupLike(dx, g), takeGroup(dy, i, g), takeGroup(w, i, g)
		Conv2DGradInput(dxi, dyi, wi, g.one())
		putGroup(dx, dxi, i)
		putAll(dxi, dyi, wi)
	}
}

func groupedGradWeights(dw, dbias, x, dy *Tensor, g ConvGeometry) {
	for i := range g.Groups {
		dwi, dbi, xi, dyi := groupLike(dw, g), groupLike(dbias, g), takeGroup(x, i, g), takeGroup(dy, i, g)
		Conv2DGradWeights(dwi, dbi, xi, dyi, g.one())
		putGroup(dw, dwi, i)
		putGroup(dbias, dbi, i)
		putAll(dwi, dbi, xi, dyi)
	}
}

// groupLike returns a tensor for one group of t's channels with unspecified
// contents, nil for nil.
func groupLike(t *Tensor, g ConvGeometry) *Tensor {
	if t == nil {
		return nil
	}
	shape := t.Shape
	shape[3] /= g.Groups
	return Scratch.Get(shape)
}

// takeGroup returns a copy of the channels of group i of t, nil for nil.
func takeGroup(t *Tensor, i int, g ConvGeometry) *Tensor {
	part := groupLike(t, g)
	if part != nil {
		channelsLoop.Run(ceilDiv(t.Shape.Rows(), channelRows), channelsArgs{part, t, 0, i * part.Shape.C(), part.Shape.C()})
	}
	return part
}

// putGroup copies part to the channels of group i of t; nil does nothing.
func putGroup(t, part *Tensor, i int) {
	if t != nil {
		channelsLoop.Run(ceilDiv(t.Shape.Rows(), channelRows), channelsArgs{t, part, i * part.Shape.C(), 0, part.Shape.C()})
	}
}

func putAll(parts ...*Tensor) {
	for _, t := range parts {
		if t != nil {
			Scratch.Put(t)
		}
	}
}

// channelRows is how many pixels one task copies channels of.
const channelRows = 1024

type channelsArgs struct {
	dst, src            *Tensor
	dstFrom, srcFrom, n int
}

var channelsLoop = parallel.NewLoop(func(a *channelsArgs, task int) {
	to, from := a.dst.Shape.C(), a.src.Shape.C()
	for r := task * channelRows; r < min((task+1)*channelRows, a.src.Shape.Rows()); r++ {
		copy(a.dst.Data[r*to+a.dstFrom:][:a.n], a.src.Data[r*from+a.srcFrom:])
	}
})
