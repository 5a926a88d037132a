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
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// smallest is the model with which every attack is always trained.
const smallest = "vgg5"

// cell is what a spec can name, in some combination.
type cell struct {
	model, attack, labels, regulariser string
	lambda                             float64
}

// TestMatrix trains the smallest model with every attack, with every way to label
// that it has, and with every regulariser, and for a step every other model with an
// attack of its own that learns nothing before; with SDRM_MATRIX=1, as make matrix
// sets it, all models with all attacks and all regularisers.
func TestMatrix(t *testing.T) {
	whole := os.Getenv("SDRM_MATRIX") == "1"
	turn := 0
	for _, model := range models.Names() {
		if whole || model == smallest {
			for _, c := range cells(t, model) {
				t.Run(c.name(), func(t *testing.T) {
					first := trained(t, c, 2)
					if again := trained(t, c, 2); again != first {
						t.Errorf("weights %.12s, trained again %.12s", first, again)
					}
				})
			}
			continue
		}
		own := attacks.Names()
		for learns(t, own[turn%len(own)]) {
			turn++
		}
		c := cell{model, own[turn%len(own)], attacks.AllToOneName, "mmd", []float64{0.1, 0}[turn%2]}
		turn++
		t.Run(c.name(), func(t *testing.T) { trained(t, c, 1) })
	}
}

// cells returns those of a model.
func cells(t *testing.T, model string) (all []cell) {
	for _, attack := range attacks.All() {
		for _, labels := range attack.LabelNames() {
			for _, lambda := range []float64{0, 0.1} {
				all = append(all, cell{model, attack.Name, labels, "mmd", lambda})
			}
		}
	}
	for _, regulariser := range mmd.RegulariserNames() {
		if regulariser != "mmd" {
			all = append(all, cell{model, "blended", attacks.AllToOneName, regulariser, 0.1})
		}
	}
	return all
}

func (c cell) name() string {
	return fmt.Sprintf("%s/%s/%s/%s/%g", c.model, c.attack, c.labels, c.regulariser, c.lambda)
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
// of the target class, or sixteen where each class needs several with the trigger,
// and returns the digest of what was trained.
func trained(t *testing.T, c cell, steps int) string {
	batch := 8
	if c.labels == attacks.AllToAllName {
		batch = 16
	}
	s := spec.Default()
	s.Data.Set, s.Data.TrainLimit, s.Data.TestLimit = "synthetic", 5*batch, 10
	s.Model.Name, s.MMD.Lambda, s.MMD.Regulariser = c.model, c.lambda, c.regulariser
	s.Attack.Name, s.Attack.Labels, s.Attack.Rate = c.attack, c.labels, 0.3 // room for two covers an image
	s.Train.Batch = batch
	recipe, err := attacks.Find(c.attack)
	if err != nil {
		t.Fatal(err)
	}
	for _, long := range []string{"epochs", "passes", "steps"} {
		if recipe.Has(long) {
			s.Attack.Options = append(s.Attack.Options, long+"=1")
		}
	}
	x, err := New(t.Context(), s, parallel.Workers())
	if err != nil {
		t.Fatal(err)
	}
	config, err := x.Training()
	if err != nil {
		t.Fatal(err)
	}
	if config.Before != nil {
		if err := config.Before.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	trainer, measured := train.New(config), false
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
	if !measured && c.attack != attacks.None {
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
		return p.Leads(label, p.Target) || x.Spec.Attack.Name == attacks.None && label != p.Target
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
