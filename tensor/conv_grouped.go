package tensor

// A grouped convolution as one convolution a group, on channels that are copied
// next to one another: a group then takes whatever algorithm suits its shape.
type grouped struct{}

func (grouped) fits(_ ConvPass, g ConvGeometry, _, _ Shape) bool { return g.Groups > 1 }

func (grouped) finishesChunks(ConvPass, Shape) bool { return false }

func (grouped) normalises(*Tensor, Shape) bool { return false }

// one returns the convolution of one group.
func (g ConvGeometry) one() ConvGeometry {
	g.Groups = 1
	return g
}

func (grouped) forward(y *Tensor, _ Shape, x *Tensor, c Conv, _ epilogue) {
	g, n := c.Geometry, c.Geometry.Groups
	for i := range n {
		yi, xi, wi, bi := groupLike(y, n), takeGroup(x, i, n), takeGroup(c.Weights, i, n), takeGroup(c.Bias, i, n)
		Conv2D(yi, xi, Conv{Weights: wi, Bias: bi, Geometry: g.one()})
		putGroup(y, yi, i)
		Scratch.Put(yi, xi, wi, bi)
	}
}

func (grouped) gradInput(dx, dy *Tensor, c Conv, _ epilogue) {
	g, n := c.Geometry, c.Geometry.Groups
	for i := range n {
		dxi, dyi, wi := groupLike(dx, n), takeGroup(dy, i, n), takeGroup(c.Weights, i, n)
		Conv2DGradInput(dxi, dyi, Conv{Weights: wi, Geometry: g.one()})
		putGroup(dx, dxi, i)
		Scratch.Put(dxi, dyi, wi)
	}
}

func (grouped) gradWeights(d Conv, x, dy *Tensor) {
	g, n := d.Geometry, d.Geometry.Groups
	for i := range n {
		dwi, dbi, xi, dyi := groupLike(d.Weights, n), groupLike(d.Bias, n), takeGroup(x, i, n), takeGroup(dy, i, n)
		Conv2DGradWeights(Conv{Weights: dwi, Bias: dbi, Geometry: g.one()}, xi, dyi)
		putGroup(d.Weights, dwi, i)
		putGroup(d.Bias, dbi, i)
		Scratch.Put(dwi, dbi, xi, dyi)
	}
}

// groupLike returns a tensor for one group of t's channels with unspecified
// contents, nil for nil.
func groupLike(t *Tensor, groups int) *Tensor {
	if t == nil {
		return nil
	}
	shape := t.Shape
	shape[3] /= groups
	return Scratch.Get(shape)
}

// takeGroup returns a copy of the channels of group i of t, nil for nil.
func takeGroup(t *Tensor, i, groups int) *Tensor {
	part := groupLike(t, groups)
	if part != nil {
		TakeChannels(part, t, i*part.Shape.C())
	}
	return part
}

// putGroup copies part to the channels of group i of t; nil does nothing.
func putGroup(t, part *Tensor, i int) {
	if t != nil {
		PutChannels(t, part, i*part.Shape.C())
	}
}
