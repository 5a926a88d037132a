package defenses

import (
	"math"
	"testing"

	"sdrm/internal/fill"
	"sdrm/internal/golden"
	"sdrm/models"
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
