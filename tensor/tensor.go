package tensor

import "fmt"

// Shape is the extent of a tensor: samples, height, width, channels. A matrix
// of r rows and c columns is Shape{r, 1, 1, c}.
type Shape [4]int

// Bytes returns the memory of a tensor.
func (s Shape) Bytes() int { return floatBytes * s.Len() }

// Len returns the number of elements.
func (s Shape) Len() int { return s[0] * s[1] * s[2] * s[3] }

// N returns the number of samples.
func (s Shape) N() int { return s[0] }

// H returns the height in pixels.
func (s Shape) H() int { return s[1] }

// W returns the width in pixels.
func (s Shape) W() int { return s[2] }

// C returns the number of channels.
func (s Shape) C() int { return s[3] }

// Rows returns the number of pixels of all samples, N·H·W.
func (s Shape) Rows() int { return s[0] * s[1] * s[2] }

// SampleLen returns the number of elements of one sample, H·W·C.
func (s Shape) SampleLen() int { return s[1] * s[2] * s[3] }

func (s Shape) String() string { return fmt.Sprintf("%d×%d×%d×%d", s[0], s[1], s[2], s[3]) }

// Tensor is a dense float32 array in NHWC order.
type Tensor struct {
	Shape Shape
	Data  []float32
	// Stride is how many floats lie between the beginnings of two pixels, if the
	// channels are some of those of another tensor, see Channels; else 0.
	Stride int

	segment *segment // of the arena that Data is from, where it begins; nil: of none
	at      int
	short   *shortTensors // that the tensor is one of; nil: of none
	out     bool          // and whether it is in use
}

// New returns a tensor of zeros.
func New(shape Shape) *Tensor {
	return &Tensor{Shape: shape, Data: make([]float32, shape.Len())}
}

// Sample returns the elements of sample i, H·W·C of them.
func (t *Tensor) Sample(i int) []float32 {
	t.mustBeWhole("Sample")
	d := t.Shape.SampleLen()
	return t.Data[i*d : (i+1)*d]
}

// Slice views n samples from the given one on.
func (t *Tensor) Slice(first, n int) *Tensor {
	t.mustBeWhole("Slice")
	d := t.Shape.SampleLen()
	return &Tensor{Shape: Shape{n, t.Shape.H(), t.Shape.W(), t.Shape.C()}, Data: t.Data[first*d : (first+n)*d]}
}

// Pixels views t as a matrix with a row per pixel and a column per channel.
func (t *Tensor) Pixels() View {
	t.mustBeWhole("Pixels")
	return Matrix(t.Data, t.Shape.Rows(), t.Shape.C())
}

// Samples views t as a matrix with a row per sample.
func (t *Tensor) Samples() View {
	t.mustBeWhole("Samples")
	return Matrix(t.Data, t.Shape.N(), t.Shape.SampleLen())
}

// mustBeWhole panics if t is some of the channels of another tensor.
func (t *Tensor) mustBeWhole(fn string) {
	if t.Stride != 0 {
		panic("tensor: " + fn + ": the pixels do not lie one after the other")
	}
}
