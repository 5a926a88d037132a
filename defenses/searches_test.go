package defenses

import (
	"context"
	"math"
	"slices"
	"testing"

	"sdrm/autograd"
	"sdrm/internal/fill"
	"sdrm/internal/golden"
	"sdrm/models"
	"sdrm/tensor"
)

// searches is testdata/searches.json, which searches.py beside it wrote.
type searches struct {
	Cleanse []struct {
		Target, Rounds int
		First          struct {
			Loss, Size    float64
			Mask, Pattern []float64
		}
		Size float64
	}
	Sparse []struct {
		Seed            uint64
		Clean, X        [][]float32
		Atoms, Sparsity int
		Residuals       []float64
	}
}

func readSearches(t *testing.T) searches {
	return golden.Read[searches](t, "testdata/searches.json")
}

// hashedModel is the network of models/testdata/reference.py, hashed from places.
func hashedModel(t *testing.T, classes int) *models.Model {
	t.Helper()
	m, err := models.New("vgg5", 3, classes, 1)
	if err != nil {
		t.Fatal(err)
	}
	place := uint32(0)
	for _, e := range m.Entries() {
		if e.Var == nil {
			continue
		}
		dims, values := e.Dims(), make([]float32, len(e.Tensor.Data))
		fill.Hashed(values, place)
		place++
		if len(dims) > 1 {
			bound := float32(math.Sqrt(6 / float64(len(values)/dims[0])))
			for i, v := range values {
				values[i] = (v*2 - 1) * bound
			}
		}
		if err := e.Import(dims, values); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// TestNeuralCleanseAgainstPyTorch: the loss and its gradients at the start, and the
// size of the mask that the search ends with. Adam's steps do not hang on the length
// of a gradient, so where it is near 0 rounding turns steps round: after six rounds the
// sizes that PyTorch finds in float32 and in float64 differ by up to 0.3 %.
func TestNeuralCleanseAgainstPyTorch(t *testing.T) {
	const side, classes, n = 16, 4, 40
	in := Input{Model: hashedModel(t, classes), CleanImages: tensor.New(tensor.Shape{n, side, side, 3})}
	fill.Hashed(in.CleanImages.Data, 100)
	logits := func(seed uint32, channels int) *tensor.Tensor {
		x := tensor.New(tensor.Shape{1, side, side, channels})
		fill.Hashed(x.Data, seed)
		for i, v := range x.Data {
			x.Data[i] = v*4 - 2
		}
		return x
	}
	start := func() patch { return patch{autograd.NewParam(logits(200, 1)), autograd.NewParam(logits(201, 3))} }
	for _, c := range readSearches(t).Cleanse {
		net := newNetwork(NeuralCleanse{}, in)
		p, tape := start(), net.Tape()
		tape.Reset(autograd.Fixed)
		loss, size, _ := p.loss(tape, net.Model(), in.CleanImages.Slice(0, ncBatch), slices.Repeat([]int{c.Target}, ncBatch), ncWeight)
		found := [2]float64{float64(loss.Value.Data[0]), float64(size.Value.Data[0])}
		tape.Backward(loss)
		for i, want := range []float64{c.First.Loss, c.First.Size} {
			if math.Abs(found[i]/want-1) > 1e-5 {
				t.Errorf("class %d: loss and size are %v, want %v and %v", c.Target, found, c.First.Loss, c.First.Size)
			}
		}
		for _, g := range []struct {
			what string
			got  []float32
			want []float64
		}{{"mask", p.mask.Grad.Data, c.First.Mask}, {"pattern", p.pattern.Grad.Data, c.First.Pattern}} {
			scale := 0.0
			for _, w := range g.want {
				scale = max(scale, math.Abs(w))
			}
			for i, w := range g.want {
				if math.Abs(float64(g.got[i])-w) > 1e-4*scale {
					t.Fatalf("class %d: gradient of %s[%d] is %v, want %v", c.Target, g.what, i, g.got[i], w)
				}
			}
		}
		got, err := net.reverse(context.Background(), in.CleanImages, c.Target, c.Rounds, start())
		if err != nil || math.Abs(got/c.Size-1) > 3e-3 {
			t.Errorf("class %d: size %v, error %v, want %v", c.Target, got, err, c.Size)
		}
	}
}

// TestSparseReconstructionAgainstScikitLearn: a dictionary is learned, and what it
// leaves of new latents.
func TestSparseReconstructionAgainstScikitLearn(t *testing.T) {
	for _, c := range readSearches(t).Sparse {
		v, err := SubspaceReconstruction{Sparse: true}.Inspect(context.Background(),
			Input{Latents: matrix(c.X), Clean: matrix(c.Clean), Seed: c.Seed})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.Residuals {
			if got := v.Canonical.Scores[i]; math.Abs(got-want) > 1e-3*want {
				t.Errorf("seed %d: residual %d is %v, want %v", c.Seed, i, got, want)
			}
		}
	}
}
