package tensor

// ConvAlgorithm is a way to compute a convolution.
type ConvAlgorithm int

// The algorithms, in the order of choice: the first that fits is taken.
const (
	Depthwise ConvAlgorithm = iota // a filter for every channel
	Grouped                        // each group by itself, by any of the others
	Pointwise                      // 1×1 kernels: the pixels are the patches
	Winograd4                      // F(4×4,3×3)
	Winograd2                      // F(2×2,3×3), for maps of 2×2, 1×2 and 2×1 pixels
	Dense                          // a product for every pixel of a small result
	Im2col                         // products of patches, any geometry
)

// convAlgorithms is the table that a convolution is dispatched by.
var convAlgorithms = [...]struct {
	name string
	convAlgorithm
}{
	Depthwise: {"depthwise", depthwise{}},
	Grouped:   {"grouped", grouped{}},
	Pointwise: {"pointwise", pointwise{}},
	Winograd4: {"winograd4", winograd{tile: 4, leastSide: 3}},
	Winograd2: {"winograd2", winograd{tile: 2, leastSide: 2}},
	Dense:     {"dense", dense{}},
	Im2col:    {"im2col", im2col{}},
}

func (a ConvAlgorithm) String() string { return convAlgorithms[a].name }

// ConvPass is one of the passes of a convolution.
type ConvPass int

// The passes.
const (
	ConvForward ConvPass = iota
	ConvGradInput
	ConvGradWeights
)

// convAlgorithm computes the passes of the convolutions that it fits.
type convAlgorithm interface {
	// fits tells whether a pass between shapes x and out is to be computed so.
	fits(pass ConvPass, g ConvGeometry, x, out Shape) bool
	// forward computes the convolution, of shape out, and the epilogue; y has the
	// shape that this gives.
	forward(y *Tensor, out Shape, x *Tensor, c Conv, after epilogue)
	// finishesChunks tells whether forward or gradInput takes an epilogue, because
	// its tasks are whole chunks of rows of what it computes.
	finishesChunks(pass ConvPass, result Shape) bool
	// normalises tells whether forward and gradWeights do what comes Before with x.
	normalises(x *Tensor, out Shape) bool
	// gradInput is Conv2DGradInput with an epilogue.
	gradInput(dx, dy *Tensor, c Conv, after epilogue)
	// gradWeights is Conv2DGradWeights.
	gradWeights(d Conv, x, dy *Tensor)
}

// Algorithm returns how a pass of a convolution of x into cout channels is
// computed. It depends on shapes alone.
func (g ConvGeometry) Algorithm(pass ConvPass, x Shape, cout int) ConvAlgorithm {
	out := g.Out(x, cout)
	for a := ConvAlgorithm(0); ; a++ { // Im2col fits all
		if convAlgorithms[a].fits(pass, g, x, out) {
			return a
		}
	}
}
