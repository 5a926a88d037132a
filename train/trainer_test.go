package train

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/internal/warm"
	"sdrm/mmd"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/tensor"
)

// tiny returns the configuration of a run of some seconds in plain Go: four
// steps an epoch.
func tiny(t testing.TB, dir string) Config {
	t.Helper()
	attack, err := attacks.New("badnets", nil)
	if err != nil {
		t.Fatal(err)
	}
	poison := attacks.Poison{Attack: attack, Rate: 0.5, Seed: 5, Classes: 10}
	loader := func(split datasets.Split, n int, c datasets.Config) *datasets.Loader {
		l, err := datasets.NewLoader(datasets.Synthetic(1, split, n), c)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	model, err := models.New("vgg5", 3, 10, 7)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Model: model, Epochs: 2, Momentum: 0.9, Decay: 5e-4,
		Schedule: MultiStep{Base: 0.02, Gamma: 0.1, Milestones: []int{1}},
		Lambda:   0.1, Levels: []int{0, 2},
		Images:    loader(datasets.Train, 60, datasets.Config{Batch: 16, Seed: 3, Shuffle: true, After: poison.Edit()}),
		Clean:     loader(datasets.Test, 20, datasets.Config{Batch: 16}),
		Triggered: loader(datasets.Test, 20, datasets.Config{Batch: 16, After: poison.TestEdit()}),
		Dir:       dir, Identity: "tiny",
	}
}

func TestInterruptedAfterAnyStepContinuesBitForBit(t *testing.T) {
	continues(t, tiny, 0, 2, 3, 5)
}

// What a regulariser draws, and the weight that it has in a step, do not depend
// on where the run was interrupted.
func TestInterruptedWithAnotherRegulariserContinuesBitForBit(t *testing.T) {
	continues(t, func(t testing.TB, dir string) Config {
		c := tiny(t, dir)
		sliced, err := mmd.FindRegulariser("swd")
		if err != nil {
			t.Fatal(err)
		}
		c.Distance, c.Warmup = sliced.Term(mmd.Biased, 3), 2
		return c
	}, 1, 4)
}

// adversary is tiny with a regulariser that learns.
func adversary(t testing.TB, dir string) Config {
	c := tiny(t, dir)
	r, err := mmd.FindRegulariser("discriminator")
	if err != nil {
		t.Fatal(err)
	}
	c.Learned = func(level, channels int) mmd.Learned { return r.Learned(3, level, channels) }
	return c
}

// What a regulariser trains is stored with the weights, of the levels that it has
// alone, and is no part of the model.
func TestWhatARegulariserTrainsContinuesBitForBit(t *testing.T) {
	continues(t, adversary, 0, 5)
	c := adversary(t, t.TempDir())
	trainer := New(c)
	first := weights.Digest(trainer.learned)
	if err := trainer.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(trainer.learned) != 2*6 || trainer.learned[6].Name != "regulariser.s3.0.weight" {
		t.Errorf("%d tensors, want those of s1 and s3", len(trainer.learned))
	}
	last := weights.Digest(trainer.learned)
	if last == first {
		t.Error("nothing was learned")
	}
	again := adversary(t, c.Dir)
	if _, err := LoadWeights(filepath.Join(c.Dir, CheckpointFile), "tiny", again.Model, nil); err != nil {
		t.Errorf("the model alone: %v", err)
	}
	trainer = New(again)
	if found, err := trainer.Resume(); err != nil || !found || weights.Digest(trainer.learned) != last {
		t.Errorf("resumed: %v, error %v, or others than were stored", found, err)
	}
}

func TestTheWeightRisesWhileItWarmsUp(t *testing.T) {
	c := tiny(t, "")
	c.Levels, c.Lambda, c.Warmup = []int{0, 1, 2}, 2, 1
	want := []float64{0, 0.5, 1, 1.5, 2, 2, 2, 2} // of four steps an epoch
	c.OnStep = func(s Step) error {
		weight := want[0]
		want = want[1:]
		sum := float64(s.CE) + weight*float64(s.MMD[0]+s.MMD[1]+s.MMD[2])
		if d := float64(s.Loss) - sum; d > 1e-4 || d < -1e-4 {
			t.Errorf("epoch %d, step %d: loss %v, want %v", s.Epoch, s.Step, s.Loss, sum)
		}
		return nil
	}
	if err := New(c).Run(context.Background()); err != nil || len(want) > 0 {
		t.Errorf("error %v, %d steps missing", err, len(want))
	}
}

// continues compares the weights of a straight run with those of runs that were
// interrupted in some steps.
func continues(t *testing.T, create func(t testing.TB, dir string) Config, stops ...int) {
	straight := create(t, t.TempDir())
	if err := New(straight).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := weights.Digest(straight.Beside.stored(straight.Model))
	for _, stopAt := range stops {
		dir := t.TempDir()
		first := create(t, dir)
		ctx, cancel := context.WithCancel(context.Background())
		steps := 0
		first.OnStep = func(Step) error {
			if steps++; steps > stopAt {
				cancel()
			}
			return nil
		}
		trainer := New(first)
		if err := trainer.Run(ctx); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("interrupted in step %d: error %v, want %v", stopAt, err, ErrInterrupted)
		}
		if s := trainer.State(); s.Epoch*4+s.Step != stopAt+1 {
			t.Errorf("interrupted in step %d: %d steps done, want %d", stopAt, s.Epoch*4+s.Step, stopAt+1)
		}
		second := create(t, dir)
		second.Model, _ = models.New("vgg5", 3, 10, 99) // other weights, to be replaced
		trainer = New(second)
		if found, err := trainer.Resume(); err != nil || !found {
			t.Fatalf("Resume: %v, %v", found, err)
		}
		if err := trainer.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := weights.Digest(second.Beside.stored(second.Model)); got != want {
			t.Errorf("interrupted in step %d: weights %s, straight %s", stopAt, got, want)
		}
	}
}

func TestMMDIsReportedWhetherWeighedOrNot(t *testing.T) {
	first := func(lambda float64, levels ...int) Step {
		c := tiny(t, "")
		c.Lambda, c.Levels = lambda, levels
		var out Step
		stop := errors.New("stop")
		c.OnStep = func(s Step) error {
			out = s
			out.MMD = slices.Clone(s.MMD)
			return stop
		}
		if err := New(c).Run(context.Background()); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		return out
	}
	plain, all, one := first(0), first(0.5, 0, 1, 2), first(0.5, 1)
	for i, v := range plain.MMD {
		if v <= 0 || v != all.MMD[i] || v != one.MMD[i] {
			t.Errorf("level %d: MMD² %v, %v and %v before any update, want one positive number", i, v, all.MMD[i], one.MMD[i])
		}
	}
	for _, c := range []struct {
		name      string
		got, want float32
	}{
		{"λ = 0", plain.Loss, plain.CE},
		{"all levels", all.Loss, all.CE + 0.5*(all.MMD[0]+all.MMD[1]+all.MMD[2])},
		{"one level", one.Loss, one.CE + 0.5*one.MMD[1]},
	} {
		if d := c.got - c.want; d > 1e-5 || d < -1e-5 {
			t.Errorf("%s: loss %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestADivergedRunStops(t *testing.T) {
	c := tiny(t, t.TempDir())
	c.Schedule = MultiStep{Base: 1e30}
	err := New(c).Run(context.Background())
	if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "diverged") {
		t.Errorf("error %v, want one that says so", err)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, CheckpointFile)); err == nil {
		t.Error("a checkpoint of broken weights was saved")
	}
}

// A run can diverge without a loss that is not finite: in its last update, or in a
// variance that no float32 holds. Nothing is saved that no reader takes.
func TestADivergedStateIsNotSaved(t *testing.T) {
	for name, diverge := range map[string]func(c *Config){
		"the last update": func(c *Config) { c.Epochs, c.Images, c.Schedule = 1, c.Clean, MultiStep{Base: 1e38} },
		"a running variance": func(c *Config) {
			for _, e := range c.Model.Entries() {
				if strings.HasSuffix(e.Name, "running_var") {
					e.Tensor.Data[0] = float32(math.Inf(1))
				}
			}
		},
	} {
		c := tiny(t, t.TempDir())
		c.Lambda, c.Levels = 0, nil
		c.Clean = c.Triggered
		diverge(&c)
		if err := New(c).Run(context.Background()); !errors.Is(err, ErrDiverged) {
			t.Errorf("%s: error %v, want %v", name, err, ErrDiverged)
		}
		if left, err := os.ReadDir(c.Dir); err != nil || len(left) > 0 {
			t.Errorf("%s: the folder holds %v, error %v", name, left, err)
		}
	}
}

func TestAWarmStepAllocatesNothing(t *testing.T) {
	for _, c := range []Config{tiny(t, ""), besides(t, "")} {
		tr := New(c)
		batches := c.Images.Epoch(0, 0)
		defer batches.Close()
		batch, _ := batches.Next()
		tr.Step(batch, 0.01)
		if n := warm.Allocations(func() { tr.Step(batch, 0.01) }); n > 0 {
			t.Errorf("%v allocations a step", n)
		}
	}
}

func TestDamagedCheckpointsAreRefused(t *testing.T) {
	c := tiny(t, t.TempDir())
	c.Epochs = 1
	if err := New(c).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, CheckpointFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-5] ^= 1
	for _, test := range []struct {
		name     string
		contents []byte
		identity string
		want     string
	}{
		{"empty", nil, "tiny", "has 0 bytes"},
		{"truncated", whole[:len(whole)-1], "tiny", "bytes of data"},
		{"oversized", append(bytes.Clone(whole), 0), "tiny", "bytes of data"},
		{"one bit flipped", flipped, "tiny", "damaged"},
		{"other run", whole, "other", `found identity "tiny", want "other"`},
		{"other model", bytes.Replace(whole, []byte("classifier.bias"), []byte("classifier.mass"), 2), "tiny", `tensor "classifier.bias" is missing`},
		{"text", []byte("weights? what weights?"), "tiny", "claims a header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, test.contents, 0o644); err != nil {
				t.Fatal(err)
			}
			next := tiny(t, c.Dir)
			next.Identity = test.identity
			before := weights.Digest(next.Model.Entries())
			_, err := New(next).Resume()
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %s and %q", err, path, test.want)
			}
			if weights.Digest(next.Model.Entries()) != before {
				t.Error("the model was changed")
			}
		})
	}
}

// The best weights of an earlier epoch than the checkpoint says are not taken,
// those of the epoch that is done again are.
func TestBestWeightsBelongToTheCheckpoint(t *testing.T) {
	dir := t.TempDir()
	c := tiny(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	trainer := New(c)
	trainer.state.Best = Best{Epoch: 0, BA: -1}
	if err := trainer.saveBest(); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(filepath.Join(dir, BestFile))
	if err != nil {
		t.Fatal(err)
	}
	trainer.config.OnStep = func(s Step) error {
		if s.Epoch == 1 {
			cancel()
		}
		return nil
	}
	if err := trainer.Run(ctx); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	if found, err := New(tiny(t, dir)).Resume(); !found || err != nil {
		t.Fatalf("the right file: found %v, error %v", found, err)
	}
	later := New(tiny(t, dir))
	later.state.Best = Best{Epoch: 1, BA: 1}
	if err := later.saveBest(); err != nil {
		t.Fatal(err)
	}
	if found, err := New(tiny(t, dir)).Resume(); !found || err != nil {
		t.Errorf("a later file: found %v, error %v", found, err)
	}
	if err := os.WriteFile(filepath.Join(dir, BestFile), first, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(tiny(t, dir)).Resume(); err == nil || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("an earlier file: error %v", err)
	}
}

// The best weights are those of the first epoch with the highest accuracy, of which
// there are earlier ones, later ones that tie, and later ones that fall behind it.
func TestBestWeightsAreOfTheFirstBestEpoch(t *testing.T) {
	dir := t.TempDir()
	c := tiny(t, dir)
	c.Epochs, c.Lambda = 14, 0
	c.Schedule = MultiStep{Base: 0.04, Gamma: 1}
	best, bestBA, want := -1, -1.0, ""
	var before, ties, falls int
	c.OnEpoch = func(e Epoch) error {
		switch {
		case e.BA > bestBA:
			before, ties, falls = before+1, 0, 0
			best, bestBA, want = e.Epoch, e.BA, weights.Digest(c.Model.Entries())
		case e.BA == bestBA:
			ties++
		default:
			falls++
		}
		if e.Best != (best == e.Epoch) {
			t.Errorf("epoch %d with a BA of %v is told as the best: %v, the best is epoch %d with %v", e.Epoch, e.BA, e.Best, best, bestBA)
		}
		return nil
	}
	trainer := New(c)
	if err := trainer.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if before < 2 || ties == 0 || falls == 0 {
		t.Fatalf("%d epochs improve, behind the best %d tie and %d fall behind: the run does not show what is tested", before, ties, falls)
	}
	kept, err := models.New("vgg5", 3, 10, 8)
	if err != nil {
		t.Fatal(err)
	}
	state, err := LoadWeights(filepath.Join(dir, BestFile), "tiny", kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := weights.Digest(c.Model.Entries())
	if found := weights.Digest(kept.Entries()); found != want || found == last || state.Best.Epoch != best || trainer.State().Best.Epoch != best || trainer.State().Best.BA != bestBA {
		t.Errorf("kept are weights %s of epoch %d, want %s of epoch %d; the last are %s", found, state.Best.Epoch, want, best, last)
	}
}

// A kill between the checkpoint and the copy of its counters leaves an older copy.
func TestResumeRenewsTheCopyOfTheCounters(t *testing.T) {
	c := tiny(t, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := New(c).Run(ctx); !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, CheckpointInfo)
	want, err := os.ReadFile(path)
	if err != nil || os.WriteFile(path, []byte("older"), 0o644) != nil {
		t.Fatal(err)
	}
	if _, err := New(c).Resume(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); !bytes.Equal(got, want) {
		t.Errorf("%s holds %q, %v, want %q", path, got, err, want)
	}
}

func TestResumeWithoutCheckpointBegins(t *testing.T) {
	c := tiny(t, t.TempDir())
	if found, err := New(c).Resume(); found || err != nil {
		t.Errorf("Resume in an empty folder: %v, %v", found, err)
	}
}

func TestEvaluator(t *testing.T) {
	c := tiny(t, "")
	e := NewEvaluator(c.Model)
	ctx, cancel := context.WithCancel(context.Background())
	var got []int
	at := slices.DeleteFunc(c.Model.Activations(), func(a models.Activation) bool { return !a.Level })
	all, err := e.Latents(ctx, c.Clean, at, 7, func(b *datasets.Batch, i, class int) bool {
		if b.Original[i] != 3 {
			got = append(got, b.Index[i])
			return true
		}
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	if all.N != 7 || len(got) != 7 {
		t.Errorf("%d latents of %d samples, want 7", all.N, len(got))
	}
	for level, dim := range []int{64 * 16 * 16, 128 * 8 * 8, 128 * 4 * 4} {
		if v := all.View(level, 7); v.Rows != 7 || v.Cols != dim || len(all.Levels[level]) != 7*dim {
			t.Errorf("level %d: %d×%d, want 7×%d", level, v.Rows, v.Cols, dim)
		}
	}
	images, labels, err := e.Inputs(ctx, c.Clean, 5, func(b *datasets.Batch, i, class int) bool { return b.Original[i] != 3 })
	if err != nil {
		t.Fatal(err)
	}
	if images.Shape != (tensor.Shape{5, 32, 32, 3}) || len(images.Data) != images.Shape.Len() || len(labels) != 5 || slices.Contains(labels, 3) {
		t.Errorf("%d elements of shape %v with labels %v, want 5 images of classes other than 3", len(images.Data), images.Shape, labels)
	}
	cancel()
	if _, err := e.Accuracy(ctx, c.Clean); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after the context ended", err)
	}
}
