package tensor

import (
	"fmt"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// Channels views n channels of t from the given one on. Unless they are all of them,
// the pixels of the view lie Stride floats apart: it is for the functions of this
// file, for the input of batch normalisations, their sums and their gradients, and for
// that of convolutions with a normalisation Before and of Conv2DNormGrad.
func (t *Tensor) Channels(first, n int) Tensor {
	t.mustHave("Channels", first, n)
	v := Tensor{Shape: t.Shape.withChannels(n), Data: t.Data[first:], Stride: t.stride()}
	if n == t.Shape.C() {
		v.Stride = t.Stride
	}
	return v
}

func (t *Tensor) mustHave(fn string, first, n int) {
	if first < 0 || n < 1 || first+n > t.Shape.C() {
		panic(fmt.Sprintf("tensor: %s: %d channels from %d on are not among those of %v", fn, n, first, t.Shape))
	}
}

// stride is how far apart the pixels lie.
func (t *Tensor) stride() int {
	if t.Stride > 0 {
		return t.Stride
	}
	return t.Shape.C()
}

// rows returns pixels [lo, hi) one after the other: where they lie, or copied to
// temporary memory to give back.
func (t *Tensor) rows(lo, hi int) (x []float32, scratch *Tensor) {
	c := t.Shape.C()
	if t.Stride == 0 {
		return t.Data[lo*c : hi*c], nil
	}
	scratch = Scratch.Floats((hi - lo) * c)
	for i := range hi - lo {
		t.fetch(lo + i)
		copy(scratch.Data[i*c:][:c], t.Data[(lo+i)*t.Stride:])
	}
	return scratch.Data, scratch
}

// fetchAhead is how many pixels before its use a pixel is asked for that does not lie
// behind the one before: the hardware's prefetch does not follow.
const fetchAhead = 8

// fetch asks for the pixel that is used so much later than pixel i, if t is some of the
// channels of a wider map.
func (t *Tensor) fetch(i int) {
	if t.Stride == 0 {
		return
	}
	if at := (i + fetchAhead) * t.Stride; at+t.Shape.C() <= len(t.Data) {
		asm.Prefetch(t.Data[at:][:t.Shape.C()])
	}
}

type channelsArgs struct {
	kernels  *asm.Kernels
	dst, src Tensor
}

var copyChannelsLoop = parallel.NewLoop(func(a *channelsArgs, i int) {
	to, from := a.dst.stride(), a.src.stride()
	lo, hi := chunk(i, rowChunk, a.src.Shape.Rows())
	for ; lo < hi; lo++ {
		a.src.fetch(lo)
		copy(a.dst.Data[lo*to:], a.src.Data[lo*from:][:a.src.Shape.C()])
	}
})

// copyChannels sets dst to src.
func copyChannels(dst, src Tensor) {
	copyChannelsLoop.Run(ceilDiv(src.Shape.Rows(), rowChunk), channelsArgs{dst: dst, src: src})
}

// ConcatChannels sets y to the channels of a and behind them those of b, pixel by
// pixel: a is N×H×W×A, b is N×H×W×B, y is N×H×W×(A+B).
func ConcatChannels(y, a, b *Tensor) {
	checkShapes("ConcatChannels", a.Shape.withChannels(b.Shape.C()), b.Shape)
	checkShapes("ConcatChannels", a.Shape.withChannels(a.Shape.C()+b.Shape.C()), y.Shape)
	copyChannels(y.Channels(0, a.Shape.C()), *a)
	copyChannels(y.Channels(a.Shape.C(), b.Shape.C()), *b)
}

// TakeChannels sets dst to as many of the channels of x as it has, from the given
// one on.
func TakeChannels(dst, x *Tensor, first int) {
	checkShapes("TakeChannels", x.Shape.withChannels(dst.Shape.C()), dst.Shape)
	x.mustHave("TakeChannels", first, dst.Shape.C())
	copyChannels(*dst, x.Channels(first, dst.Shape.C()))
}

// PutChannels sets the channels of dst from the given one on to those of x.
func PutChannels(dst, x *Tensor, first int) {
	checkShapes("PutChannels", dst.Shape.withChannels(x.Shape.C()), x.Shape)
	dst.mustHave("PutChannels", first, x.Shape.C())
	copyChannels(dst.Channels(first, x.Shape.C()), *x)
}

var addChannelsLoop = parallel.NewLoop(func(a *channelsArgs, i int) {
	lo, hi := chunk(i, rowChunk, a.src.Shape.Rows())
	a.dst.addRows(a.kernels, lo, a.src.Data[lo*a.src.Shape.C():hi*a.src.Shape.C()])
})

// AddChannels sets dst = dst + x, where dst may be some of the channels of a map.
func AddChannels(dst, x *Tensor) {
	checkShapes("AddChannels", dst.Shape, x.Shape)
	addChannelsLoop.Run(ceilDiv(x.Shape.Rows(), rowChunk), channelsArgs{asm.Current(), *dst, *x})
}

// addRows adds x, whole pixels, to those from lo on.
func (t *Tensor) addRows(k *asm.Kernels, lo int, x []float32) {
	c, stride := t.Shape.C(), t.stride()
	if stride == c {
		d := t.Data[lo*c:][:len(x)]
		k.Add(d, d, x)
		return
	}
	for ; len(x) > 0; lo++ {
		t.fetch(lo)
		d := t.Data[lo*stride:][:c]
		k.Add(d, d, x[:c])
		x = x[c:]
	}
}

// withChannels returns the shape with another number of channels.
func (s Shape) withChannels(c int) Shape { return Shape{s.N(), s.H(), s.W(), c} }
