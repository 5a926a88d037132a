package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A convolution onto a small map as a dense product for every output pixel, over
// all images at once: what the pixel sees of an image lies in a few rows of the
// image, so there are no patches to build and no padding to multiply. It is a way
// of the forward pass alone.
type dense struct{ im2col }

// A dense product has a row for every image. It pays where padding is a large
// part of what the pixels see, and with images enough to fill the tiles.
const (
	densePixels = 16
	denseImages = 64
)

func (dense) fits(pass ConvPass, g ConvGeometry, _, out Shape) bool {
	return pass == ConvForward && g.Pad > 0 && out.H()*out.W() <= densePixels && out.N() >= denseImages
}

func (dense) finishesChunks(ConvPass, Shape) bool { return false }

type denseArgs struct {
	kernels *asm.Kernels
	Conv
	x, y   *Tensor
	packed []float32 // weights
}

func (dense) forward(y *Tensor, _ Shape, x *Tensor, c Conv, _ epilogue) {
	k := asm.Current()
	packed := packB(k, c.Weights.Pixels())
	denseLoop.Run(y.Shape.H()*y.Shape.W(), denseArgs{k, c, x, y, packed.Data})
	Scratch.Put(packed)
}

// denseLoop computes one output pixel of all images, adding up the rows of the
// filters in order, as im2col does with the zeros of the padding among them.
var denseLoop = parallel.NewLoop(func(d *denseArgs, pixel int) {
	images, cout, outW := d.x.Shape.N(), d.y.Shape.C(), d.y.Shape.W()
	out, stride := d.y.Data[pixel*cout:], d.y.Shape.SampleLen()
	for i := range images {
		row := out[i*stride:][:cout]
		if d.Bias != nil {
			copy(row, d.Bias.Data)
		} else {
			clear(row)
		}
	}
	for ky := range d.Geometry.Kernel {
		at, offset, length := d.Geometry.span(d.x.Shape, pixel/outW, pixel%outW, ky)
		if length == 0 {
			continue
		}
		multiply(d.kernels, &product{
			m: images, n: cout, k: length,
			a: d.x.Data[at:], rowStride: d.x.Shape.SampleLen(), colStride: 1,
			panels: d.packed[offset*d.kernels.NR:], panelRows: d.Geometry.patchLen(d.x.Shape),
			c: out, ldc: stride, accumulate: true,
		})
	}
})
