package subject

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/internal/parallel"
	"sdrm/layers"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// smallest is the model with which every attack is always trained.
const smallest = "vgg5"

// TestMatrix trains what a spec can name: the smallest model with every attack,
// and for a step every other model with an attack of its own that learns nothing
// before; with SDRM_MATRIX=1, as make matrix sets it, all models with all attacks.
func TestMatrix(t *testing.T) {
	whole := os.Getenv("SDRM_MATRIX") == "1"
	turn := 0
	for _, model := range models.Names() {
		all := whole || model == smallest
		own := attacks.Names()
		if !all {
			for own = own[turn%len(own):]; learns(t, own[0]); own = own[1:] {
				turn++
			}
			own = own[:1]
			turn++
		}
		for _, attack := range own {
			for _, lambda := range []float64{0, 0.1} {
				if !all && (lambda > 0) == (turn%2 == 0) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%g", model, attack, lambda), func(t *testing.T) {
					if !all {
						trained(t, model, attack, lambda, 1)
						return
					}
					first := trained(t, model, attack, lambda, 2)
					if again := trained(t, model, attack, lambda, 2); again != first {
						t.Errorf("weights %.12s, trained again %.12s", first, again)
					}
				})
			}
		}
	}
}

func learns(t *testing.T, attack string) bool {
	a, err := attacks.New(attack, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, ok := a.Trigger.(attacks.Learner)
	return ok
}

// trained trains a cell of the matrix for some steps on eight images, half of them
// of the target class, and returns the digest of what was trained.
func trained(t *testing.T, model, attack string, lambda float64, steps int) string {
	const batch = 8
	s := spec.Default()
	s.Data.Set, s.Data.TrainLimit, s.Data.TestLimit = "synthetic", 40, 10
	s.Model.Name, s.MMD.Lambda = model, lambda
	s.Attack.Name, s.Attack.Rate = attack, 0.3 // room for two covers an image
	s.Train.Batch = batch
	recipe, err := attacks.Find(attack)
	if err != nil {
		t.Fatal(err)
	}
	for _, long := range []string{"epochs", "passes", "steps"} {
		if recipe.Has(long) {
			s.Attack.Options = append(s.Attack.Options, long+"=1")
		}
	}
	x, err := New(s, parallel.Workers())
	if err != nil {
		t.Fatal(err)
	}
	c, err := x.Training()
	if err != nil {
		t.Fatal(err)
	}
	if c.Before != nil {
		if err := c.Before.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	trainer, measured := train.New(c), false
	batches := mixed(t, x, batch, steps).Epoch(0, 0)
	defer batches.Close()
	for b, ok := batches.Next(); ok; b, ok = batches.Next() {
		step := trainer.Step(b, 0.01)
		if step.Images != batch || len(step.MMD) != len(x.Model.Levels) || len(x.Model.Levels) != 3 {
			t.Fatalf("a step of %d images and %d levels", step.Images, len(step.MMD))
		}
		for level, v := range append(step.MMD, step.Loss, step.CE) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Fatalf("MMD², loss or cross-entropy number %d is %v", level, v)
			}
		}
		measured = measured || step.MMD[0] > 0
		checkGradients(t, x)
	}
	if !measured && attack != attacks.None {
		t.Error("no batch held benign and malicious images")
	}
	return weights.Digest(entries(x))
}

// mixed returns a loader of the same images in every batch, half of the target
// class and half of those that are led to it.
func mixed(t *testing.T, x *Subject, batch, batches int) *datasets.Loader {
	p := x.Images.Poison
	own := x.Images.Train.Places(func(label int) bool { return label == p.Target })
	led := x.Images.Train.Places(func(label int) bool {
		_, counts := p.Wanted(label)
		return counts || x.Spec.Attack.Name == attacks.None && label != p.Target
	})
	places := slices.Repeat(slices.Concat(own[:batch/2], led[:batch/2]), batches)
	l, err := datasets.NewLoader(x.Images.Train, datasets.Config{Batch: batch, After: p.Marks(), Only: places,
		Pipeline: datasets.Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// checkGradients: every parameter has a finite gradient of the last step.
func checkGradients(t *testing.T, x *Subject) {
	for _, e := range entries(x) {
		if e.Var == nil {
			continue
		}
		sum := 0.0
		for _, g := range e.Var.Grad.Data {
			sum += math.Abs(float64(g))
		}
		if !e.Var.HasGrad() || math.IsNaN(sum) || math.IsInf(sum, 0) || sum == 0 {
			t.Errorf("%s: has a gradient: %v, its magnitudes sum to %v", e.Name, e.Var.HasGrad(), sum)
		}
	}
}

// entries are those of the model and of what is trained beside it.
func entries(x *Subject) []layers.Entry {
	if b := x.Beside(); b != nil {
		return slices.Concat(x.Model.Entries(), b.Entries)
	}
	return x.Model.Entries()
}
