package train

import (
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/layers"
	"sdrm/models/weights"
	"sdrm/tensor"
)

// besides is tiny with an attack whose generator is trained in the first of the
// two epochs, and lends the loss a term.
func besides(t testing.TB, dir string) Config {
	c := tiny(t, dir)
	attack, err := attacks.New("input-aware", attacks.Options{"epochs": "1"})
	if err != nil {
		t.Fatal(err)
	}
	poison := attacks.Poison{Attack: attack, Rate: 0.5, Seed: 5, Classes: 10}
	g := attack.Trigger.(attacks.Generator)
	c.Beside = &Beside{Entries: g.Entries(attacks.Lesson{H: 32, W: 32, C: 3, Seed: 5}), Epochs: g.JointEpochs(), Change: g.Generate}
	// As a normalisation of the generator would have it.
	c.Beside.Entries = append(c.Beside.Entries, layers.Entry{Name: "num_batches_tracked", Layout: layers.Scalar, Tensor: tensor.New(tensor.Shape{1, 1, 1, 1})})
	for loader, edit := range map[**datasets.Loader]datasets.Edit{&c.Images: poison.Marks(), &c.Triggered: poison.TestEdit()} {
		split, n, config := datasets.Test, 20, datasets.Config{Batch: 16, After: edit}
		if loader == &c.Images {
			split, n, config.Seed, config.Shuffle = datasets.Train, 60, 3, true
		}
		if *loader, err = datasets.NewLoader(datasets.Synthetic(1, split, n), config); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestWhatIsTrainedBesideContinuesBitForBit(t *testing.T) { continues(t, besides, 1, 5) }

// What is trained beside the model moves in every step of its epochs and in none
// after them, and is kept with the weights.
func TestWhatIsTrainedBesideMovesInItsEpochs(t *testing.T) {
	c := besides(t, t.TempDir())
	last, moved := weights.Digest(c.Beside.Entries), []bool{}
	c.OnStep = func(Step) error {
		now := weights.Digest(c.Beside.Entries)
		moved, last = append(moved, now != last), now
		return nil
	}
	if err := New(c).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for step, did := range moved {
		if did != (step < c.Images.Steps()) {
			t.Errorf("step %d: moved %v", step, did)
		}
	}
	for _, file := range []string{BestFile, CheckpointFile} {
		again := besides(t, c.Dir)
		if _, err := LoadWeights(c.Dir+"/"+file, "tiny", again.Model, again.Beside); err != nil {
			t.Fatal(err)
		}
		if file == CheckpointFile && weights.Digest(again.Beside.Entries) != last {
			t.Errorf("%s holds others than trained", file)
		}
		if _, err := LoadWeights(c.Dir+"/"+file, "tiny", again.Model, nil); err != nil {
			t.Errorf("%s, the model alone: %v", file, err)
		}
	}
}
