package tensor

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// A convolution onto a small map as a dense product for every output pixel, over
// all images at once: what the pixel sees of an image lies in a few rows of the
// image, so there are no patches to build and no padding to multiply.

type denseArgs struct {
	kernels *asm.Kernels
	g       ConvGeometry
	x, y    *Tensor
	weights []float32
	bias    *Tensor
}

func denseForward(y, x, w, bias *Tensor, g ConvGeometry) {
	k := asm.Current()
	packed := packB(k, w.Pixels())
	denseLoop.Run(y.Shape.H()*y.Shape.W(), denseArgs{k, g, x, y, packed.Data, bias})
	Scratch.Put(packed)
}

// denseLoop computes one output pixel of all images, adding up the rows of the
// filters in order, as im2col does with the zeros of the padding among them.
var denseLoop = parallel.NewLoop(func(d *denseArgs, pixel int) {
	images, cout, outW := d.x.Shape.N(), d.y.Shape.C(), d.y.Shape.W()
	out, stride := d.y.Data[pixel*cout:], d.y.Shape.SampleLen()
	for i := range images {
		row := out[i*stride:][:cout]
		if d.bias != nil {
			copy(row, d.bias.Data)
		} else {
			clear(row)
		}
	}
	for ky := range d.g.Kernel {
		at, offset, length := d.g.span(d.x.Shape, pixel/outW, pixel%outW, ky)
		if length == 0 {
			continue
		}
		multiply(d.kernels, product{
			m: images, n: cout, k: length,
			a: d.x.Data[at:], rowStride: d.x.Shape.SampleLen(), colStride: 1,
			panels: d.weights[offset*d.kernels.NR:], panelRows: d.g.patchLen(d.x.Shape),
			c: out, ldc: stride, accumulate: true,
		})
	}
})
