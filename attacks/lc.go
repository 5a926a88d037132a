package attacks

import (
	"context"

	"sdrm/autograd"
	"sdrm/layers"
	"sdrm/models"
	"sdrm/tensor"
)

const (
	lcSide  = 3  // of the patch: BackdoorBench's and BackdoorBox's
	lcBatch = 50 // ours
)

func init() {
	register(Recipe{
		Name:  "lc",
		Title: "Label-Consistent",
		Paper: "Turner, Tsipras and Madry, arXiv:1912.02771",
		Options: []Option{
			{"strength", "8", "BackdoorBench's", "largest change of the perturbation in levels, 1 to 255"},
			{"step", "1.5", "BackdoorBench's", "change at a step in levels, above 0 and at most 255"},
			{"steps", "100", "BackdoorBench's", "to the perturbation, 1 to 10000"},
			{"amplitude", "255", "BackdoorBench's", "of the patch in levels, 1 to 255"},
			cleanEpochsOption,
		},
		create: newLC,
	})
}

// lc makes training images of the target class hard to recognise, so that the
// model learns the patch in their corners instead; labels stay. The perturbation
// of an image is the one that projected gradient descent (Madry et al., ICLR
// 2018) finds against a clean model: so many steps of the sign of the
// gradient of its cross-entropy, each kept within strength of the image and in 0
// to 255, from the image itself, and in the end the nearest whole levels. It is
// found for the centre of the image and moves and turns with it; where a crop
// shows what lies outside, nothing is changed (our choice, as is the start). The
// patch is a chessboard of 3×3 in all four corners, white first: amplitude is
// added to every second level and taken from the others. That is ours: in the
// authors' code, BackdoorBench and BackdoorBox the inner pixel of each patch's
// upper row is dark. Test images get the patch alone.
type lc struct {
	cleanEpochs
	strength, step   float32
	steps, amplitude int

	rows    map[int]int    // of changes, by place of the image
	changes *tensor.Tensor // whole levels; nil before Entries
}

func newLC(t *told) Attack {
	return Attack{&lc{
		strength: float32(t.levels("strength")), step: float32(t.number("step", 0, 255)), steps: t.whole("steps", 1, 10_000),
		amplitude: t.whole("amplitude", 1, 255), cleanEpochs: t.cleanEpochs(),
	}, CleanLabel, Unchanged}
}

// Entries returns the perturbations of the images that may be poisoned, behind
// each other.
func (a *lc) Entries(l Lesson) []layers.Entry {
	a.changes = room(a.changes, tensor.Shape{len(l.Victims), l.H, l.W, l.C})
	if a.rows == nil {
		a.rows = map[int]int{}
		for row, place := range l.Victims {
			a.rows[place] = row
		}
	}
	return []layers.Entry{{Name: "changes", Layout: layers.Vector, Tensor: a.changes}}
}

// From returns all images that may be poisoned.
func (a *lc) From(l Lesson, _ int) []int { return l.Victims }

// Apply puts the patch on the image, and before that in training the perturbation.
func (a *lc) Apply(m Image) {
	m.check()
	if row, ok := a.rows[m.Index]; ok && !m.Test {
		a.perturb(m, a.changes.Sample(row))
	}
	for _, at := range m.corners(lcSide) {
		m.patch(at, lcSide, func(pixel []uint8, second bool) {
			change := a.amplitude
			if second {
				change = -change
			}
			for c, v := range pixel {
				pixel[c] = add(v, change)
			}
		})
	}
}

// perturb adds a change of the centre of the image.
func (a *lc) perturb(m Image, change []float32) {
	for y := range m.H {
		for x := range m.W {
			row, column := m.View.AtCentre(y, x, m.W)
			if row < 0 || row >= m.H || column < 0 || column >= m.W {
				continue
			}
			for c := range m.C {
				i := (y*m.W+x)*m.C + c
				m.Pixels[i] = add(m.Pixels[i], int(change[(row*m.W+column)*m.C+c]))
			}
		}
	}
}

// Learn finds the perturbations. It draws nothing.
func (a *lc) Learn(ctx context.Context, l Lesson, clean *models.Model, images *tensor.Tensor, labels []int) error {
	a.Entries(l)
	clear(a.changes.Data)
	var tape autograd.Tape
	for first := 0; first < len(labels); first += lcBatch {
		n := min(lcBatch, len(labels)-first)
		from, changes := images.Slice(first, n), a.changes.Slice(first, n).Data
		x := autograd.NewParam(tensor.New(from.Shape))
		tensor.Copy(x.Value, from)
		for range a.steps {
			if ctx.Err() != nil {
				return context.Canceled
			}
			tape.Reset(autograd.Fixed)
			tape.Backward(autograd.SoftmaxCrossEntropy(&tape, clean.Forward(&tape, x, nil), labels[first:first+n]))
			for i, g := range x.Grad.Data {
				change, level := changes[i], float32(nearest(float64(from.Data[i]*255)))
				if g > 0 {
					change = min(change+a.step, a.strength, 255-level)
				} else if g < 0 {
					change = max(change-a.step, -a.strength, -level)
				}
				changes[i], x.Value.Data[i] = change, (level+change)/255
			}
		}
		for i, change := range changes {
			changes[i] = float32(whole(float64(change), float64(a.strength)))
		}
	}
	return nil
}
