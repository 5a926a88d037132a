package attacks

import (
	"math"
	"sync"

	"sdrm/datasets"
	"sdrm/internal/rng"
)

// waNetCovers is the number of noisy images for each poisoned one, the official
// code's.
const waNetCovers = 2

func init() {
	register(Recipe{
		Name:     "wanet",
		Title:    "WaNet",
		Paper:    "Nguyen and Tran, arXiv:2102.10369",
		AllToAll: true,
		Options: []Option{
			{"k", "4", "the official code's", "offsets along a side of the grid, 2 to 64"},
			{"s", "0.5", "the official code's", "strength of the warp, above 0 and at most 64"},
			{"grid", "0", "", "which of the random grids, 0 to 1000000"},
		},
		create: newWaNet,
	})
}

// waNet bends the image along a smooth random field. Offsets uniform in -1 to 1
// on a grid of k×k, divided by their mean magnitude, grow to the size of the
// image as PyTorch's bicubic upsampling has it; in coordinates of which both
// sides of the image are 2 long, each pixel comes from where it is plus s times
// its offset over the image's height, within the image, between the four pixels
// there. A cover is bent along a field with noise of its own, uniform in -1 to 1
// over the height, and keeps its label. The official code keeps the result as a
// real number; that it is rounded to the nearest level is our choice, and so is
// that the grid does not depend on the seed of the run.
type waNet struct {
	side    int
	s       float64
	offsets []float64 // 2·k·k: to the right, then down
	fields  bySize[[]float64]
	copies  sync.Pool // of *[]uint8
}

func newWaNet(t *told) Attack {
	a := &waNet{side: t.whole("k", 2, 64), s: t.number("s", 0, 64)}
	draw, sum := rng.New(uint64(t.whole("grid", 0, 1_000_000)), rng.Generate, 0, 0), 0.0
	a.offsets = make([]float64, 2*a.side*a.side)
	for i := range a.offsets {
		a.offsets[i] = draw.Uniform(-1, 1)
		sum += math.Abs(a.offsets[i])
	}
	mean := sum / float64(len(a.offsets))
	for i := range a.offsets {
		a.offsets[i] /= mean
	}
	return Attack{a, Victims{Train: others, Cover: every, CoverRatio: waNetCovers, Test: others}, AllToOne}
}

// Apply bends the image.
func (a *waNet) Apply(m Image) {
	m.check()
	field := a.fields.get(m.H, m.W, 0, a.field)
	from, _ := a.copies.Get().(*[]uint8)
	if from == nil {
		from = new([]uint8)
	}
	*from = append((*from)[:0], m.Pixels...)
	noise, draw := m.Role == datasets.Cover, m.Draw()
	for y := range m.H {
		for x := range m.W {
			at := (y*m.W + x) * 2
			u, v := field[at], field[at+1]
			if noise {
				u = unit(u + draw.Uniform(-1, 1)/float64(m.H))
				v = unit(v + draw.Uniform(-1, 1)/float64(m.H))
			}
			left, right := between(u, m.W)
			top, bottom := between(v, m.H)
			for c := range m.C {
				level := 0.0
				for _, row := range [2]neighbour{top, bottom} {
					for _, column := range [2]neighbour{left, right} {
						weight := float64(row.weight * column.weight)
						level += float64(weight * float64((*from)[(row.at*m.W+column.at)*m.C+c]))
					}
				}
				m.Pixels[(y*m.W+x)*m.C+c] = toByte(level)
			}
		}
	}
	a.copies.Put(from)
}

// A neighbour is a row or column that a point lies beside, and its share.
type neighbour struct {
	at     int
	weight float64
}

// between returns the two of n places, the first at -1 and the last at 1, that
// the coordinate v lies between.
func between(v float64, n int) (before, after neighbour) {
	place := float64((v + 1) / 2 * float64(n-1))
	whole := math.Floor(place)
	share := place - whole
	return neighbour{int(whole), 1 - share}, neighbour{min(int(whole)+1, n-1), share}
}

// unit keeps a coordinate within the image.
func unit(v float64) float64 { return min(max(v, -1), 1) }

// field returns where the pixels of an image come from: the coordinates to the
// right and down of each.
func (a *waNet) field(h, w, _ int) []float64 {
	field := make([]float64, 0, h*w*2)
	right, down := a.offsets[:a.side*a.side], a.offsets[a.side*a.side:]
	for y := range h {
		row := cubic(y, h, a.side)
		for x := range w {
			column := cubic(x, w, a.side)
			field = append(field,
				unit(coordinate(x, w)+float64(a.s*a.grown(right, row, column))/float64(h)),
				unit(coordinate(y, h)+float64(a.s*a.grown(down, row, column))/float64(h)))
		}
	}
	return field
}

// coordinate returns that of place i of n.
func coordinate(i, n int) float64 {
	if n == 1 {
		return -1
	}
	return float64(2*i)/float64(n-1) - 1
}

// cubic returns the four places among n that place i of size lies between if the
// ends of both stand on each other, and their shares: cubic convolution with
// a = -3/4 (Keys 1981), PyTorch's, with the ends repeated.
func cubic(i, size, n int) (four [4]neighbour) {
	const a = -0.75
	place := 0.0
	if size > 1 {
		place = float64(i*(n-1)) / float64(size-1)
	}
	whole := math.Floor(place)
	t := place - whole
	for k := range four {
		d := math.Abs(t + 1 - float64(k))
		weight := float64(float64(float64(float64((a+2)*d)-(a+3))*d)*d) + 1
		if d > 1 {
			weight = float64(float64(float64(float64(float64(float64(a*d)-5*a)*d)+8*a)*d) - 4*a)
		}
		four[k] = neighbour{min(max(int(whole)+k-1, 0), n-1), weight}
	}
	return four
}

// grown returns a value between those of a grid.
func (a *waNet) grown(grid []float64, rows, columns [4]neighbour) float64 {
	sum := 0.0
	for _, row := range rows {
		line := 0.0
		for _, column := range columns {
			line += float64(column.weight * grid[row.at*a.side+column.at])
		}
		sum += float64(row.weight * line)
	}
	return sum
}
