package mmd

import (
	"math"
	"slices"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// distances holds two sets of samples as one and the squared distances of all
// pairs, or, of sets too large for that, of some rows at a time. Its memory is
// used again by the next measure.
type distances struct {
	rows  [][]float32 // the samples, the first set before the second
	first int         // members of the first set
	width int         // values of a sample

	mean    []float32
	centred []float32 // stride × width: rows minus their mean, then zeros
	// squared holds in a row of stride floats the squared distances of a row,
	// from row offset on, to those before it.
	squared  []float32
	offset   int
	streamed bool
	stride   int       // number of rows rounded up
	norms    []float64 // squared lengths of the centred rows

	sums []float64 // of each row's distances to the rows before it
	tops []float32 // the largest of them
}

const (
	// rowMultiple is what the number of rows is rounded up to in products, so
	// that batches with a few samples more or less use the same memory.
	rowMultiple = 16
	// meanColumns is how many columns one task of loops over columns has.
	meanColumns = 1024
	// streamRows is up to how many rows the distances are held at the same time:
	// a quarter of a GiB of them.
	streamRows = 8192
	// closeShare is the share of the sum of two squared lengths below which
	// the squared distance is computed from the difference: there the product
	// has lost more than three bits to cancellation.
	closeShare = 1.0 / 8
	// band is how many rows of products are computed at a time: only columns up
	// to the last of them are needed.
	band = 512
	// piece is how many squares are added in float32 before float64 takes over.
	piece = 2048
)

// measure computes all squared distances between the rows that are set, and
// keeps them unless streamed.
func (s *distances) measure(streamed bool) {
	n := len(s.rows)
	s.stride = roundUp(n)
	s.mean = resize(s.mean, s.width)
	s.centred = resize(s.centred, s.stride*s.width)
	s.norms = resize(s.norms, n)
	s.sums = resize(s.sums, n)
	s.tops = resize(s.tops, n)
	clear(s.centred[n*s.width:])
	centreLoop.Run(s.columnTasks(), s)

	s.streamed, s.offset = streamed, 0
	if !streamed {
		s.squared = resize(s.squared, s.stride*s.stride)
		tensor.GramSplitK(tensor.Matrix(s.squared, s.stride, s.stride), s.samples())
		s.fromProducts(0, n)
		return
	}
	s.squared = resize(s.squared, min(band, s.stride)*s.stride)
	for first := 0; first < s.stride; first += band {
		s.measureBand(first)
	}
}

// measureBand computes the squared distances of the band of rows from first on
// to all rows before them, which take the place of those of another band.
func (s *distances) measureBand(first int) {
	s.offset = first
	last := min(first+band, s.stride)
	x := s.samples()
	products := tensor.View{Data: s.squared, Rows: last - first, Cols: last, RowStride: s.stride, ColStride: 1}
	tensor.GemmSplitK(products, x.Slice(first, last-first), x.Slice(0, last).T())
	s.fromProducts(first, min(last, len(s.rows)))
}

// fromProducts turns the products of some rows with all rows up to themselves into
// squared distances.
func (s *distances) fromProducts(first, last int) {
	for i := first; i < last; i++ {
		s.norms[i] = float64(s.squaredRow(i)[i])
	}
	distanceLoop.Run(last-first, bandArgs[*distances]{s, first})
}

// squaredRow returns row i of the squared distances.
func (s *distances) squaredRow(i int) []float32 { return s.squared[(i-s.offset)*s.stride:][:s.stride] }

// each hands all rows to use, some at a time.
func (s *distances) each(use func(first, last int)) {
	if !s.streamed {
		use(0, len(s.rows))
		return
	}
	for first := 0; first < len(s.rows); first += band {
		s.measureBand(first)
		use(first, min(first+band, len(s.rows)))
	}
}

// samples views the centred rows as a matrix.
func (s *distances) samples() tensor.View { return tensor.Matrix(s.centred, s.stride, s.width) }

// resize returns a slice of n elements with unspecified contents, x's memory
// if that is large enough.
func resize[T any](x []T, n int) []T { return slices.Grow(x[:0], n)[:n] }

// roundUp returns how many rows products have.
func roundUp(rows int) int { return (rows + rowMultiple - 1) / rowMultiple * rowMultiple }

// columnTasks returns in how many pieces loops over columns are cut.
func (s *distances) columnTasks() int { return (s.width + meanColumns - 1) / meanColumns }

// columns returns the first column of a piece, and the one after its last.
func (s *distances) columns(task int) (lo, hi int) {
	return task * meanColumns, min((task+1)*meanColumns, s.width)
}

// centreLoop subtracts the joint mean, which leaves distances as they are and
// makes the lengths, from which the product computes them, small.
var centreLoop = parallel.NewLoop(func(p **distances, task int) {
	s, k := *p, asm.Current()
	lo, hi := s.columns(task)
	mean := s.mean[lo:hi]
	clear(mean)
	for _, row := range s.rows {
		k.Add(mean, mean, row[lo:hi])
	}
	k.Scale(mean, 1/float32(len(s.rows)), mean)
	for i, row := range s.rows {
		dst := s.centred[i*s.width+lo : i*s.width+hi]
		copy(dst, row[lo:hi])
		k.Axpy(dst, -1, mean)
	}
})

// bandArgs hands a loop the rows from first on.
type bandArgs[T any] struct {
	of    T
	first int
}

// distanceLoop turns the products of a row with the rows before it into squared
// distances.
var distanceLoop = parallel.NewLoop(func(a *bandArgs[*distances], task int) {
	s, i := a.of, a.first+task
	s.sums[i], s.tops[i] = 0, 0
	squared := s.squaredRow(i)
	squared[i] = 0
	for j := range i {
		norms := s.norms[i] + s.norms[j]
		d := norms - float64(2*float64(squared[j]))
		if d < closeShare*norms {
			d = squaredDistance(s.rows[i], s.rows[j])
		}
		f := float32(d)
		squared[j] = f
		s.sums[i] += float64(f)
		s.tops[i] = max(s.tops[i], f)
	}
})

// squaredDistance returns ‖x − y‖² from the difference itself.
func squaredDistance(x, y []float32) float64 {
	k := asm.Current()
	sum := 0.0
	for len(x) > 0 {
		n := min(piece, len(x))
		sum += float64(k.SqDist(x[:n], y[:n]))
		x, y = x[n:], y[n:]
	}
	return sum
}

// mirrorRows is how many rows a task of mirror completes: as many as a line of the
// cache has floats, so that every line of what is read is read once.
const mirrorRows = 16

// mirror completes the rows of the squared distances with those to the rows after
// them.
func (s *distances) mirror() { mirrorLoop.Run((len(s.rows)+mirrorRows-1)/mirrorRows, s) }

var mirrorLoop = parallel.NewLoop(func(p **distances, task int) {
	s := *p
	first := task * mirrorRows
	for j := first + 1; j < len(s.rows); j++ {
		for i, v := range s.squaredRow(j)[first:min(first+mirrorRows, j)] {
			s.squared[(first+i)*s.stride+j] = v
		}
	}
})

// meanDistance returns the mean squared distance of two different rows, NaN if all
// are 0 though rows differ: by less than what has a square in float32.
func (s *distances) meanDistance() float64 {
	n, sum := float64(len(s.rows)), 0.0
	for _, v := range s.sums {
		sum += v
	}
	if sum == 0 && s.differ() {
		return math.NaN()
	}
	return 2 * sum / (n * (n - 1))
}

// differ tells whether not all rows are equal.
func (s *distances) differ() bool {
	return slices.ContainsFunc(s.rows, func(row []float32) bool { return !slices.Equal(row, s.rows[0]) })
}

// base returns the base bandwidth by a kernel's rule, or what is not finite if
// the distances are not.
func (s *distances) base(k Kernel) float64 { return k.base(s.meanDistance(), s.medianDistance) }

// medianDistance returns the median squared distance of two different rows;
// all are finite.
func (s *distances) medianDistance() float64 {
	pairs := len(s.rows) * (len(s.rows) - 1) / 2
	return (float64(s.ranked((pairs-1)/2)) + float64(s.ranked(pairs/2))) / 2
}

// ranked returns the squared distance, all of them finite, that has rank others
// before it. Floats that are not negative are ordered as their bits are, so two
// counts by 16 bits find it.
func (s *distances) ranked(rank int) float32 {
	var high uint32
	for _, shift := range [...]int{16, 0} {
		counts := make([]int, 1<<16)
		s.each(func(first, last int) {
			for i := first; i < last; i++ {
				for _, d := range s.squaredRow(i)[:i] {
					if bits := math.Float32bits(d); shift == 16 || bits>>16 == high {
						counts[bits>>shift&0xffff]++
					}
				}
			}
		})
		digit := uint32(0)
		for rank >= counts[digit] {
			rank -= counts[digit]
			digit++
		}
		high = high<<16 | digit
	}
	return math.Float32frombits(high)
}

// load makes the rows of a the first set and those of b the second.
func (s *distances) load(a, b tensor.View) {
	if a.Cols != b.Cols {
		panic("mmd: the samples of the two sets have different lengths")
	}
	s.rows, s.first, s.width = s.rows[:0], a.Rows, a.Cols
	for _, v := range [...]tensor.View{a, b} {
		for i := range v.Rows {
			s.rows = append(s.rows, v.Row(i))
		}
	}
}
