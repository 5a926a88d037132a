package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/parallel"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// trial is what a training run of the smallest model is told.
type trial struct {
	attack   string
	allToAll bool
	lambda   float64
}

// runComputations hash whole training runs: BadNets and Blended without and with the
// regulariser, every other attack with it for an epoch, an attack on every class,
// and one of them again with one and with many threads and interrupted. The last
// computation is an experiment with everything that is measured and judged after
// training.
func runComputations() []computation {
	var list []computation
	add := func(r trial) {
		list = append(list, computation{name: r.name(), run: func(ctx context.Context, d *digest) error { return straight(ctx, d, r) }})
	}
	for _, attack := range attacks.Names() {
		if isLong(attack) {
			add(trial{attack: attack})
		}
		add(trial{attack: attack, lambda: 0.1})
	}
	add(trial{attack: "badnets", allToAll: true, lambda: 0.1})
	again := trial{attack: "blended", lambda: 0.1}
	for _, threads := range []int{1, 7} {
		list = append(list, computation{name: fmt.Sprintf("%s, threads %d", again.name(), threads), same: again.name(), threads: threads,
			run: func(ctx context.Context, d *digest) error { return straight(ctx, d, again) }})
	}
	return append(list,
		computation{name: again.name() + ", resumed", same: again.name(), run: func(ctx context.Context, d *digest) error {
			return resumed(ctx, d, again)
		}},
		computation{name: "experiment", run: wholeExperiment})
}

func (r trial) name() string {
	labels := ""
	if r.allToAll {
		labels = " " + attacks.AllToAllName
	}
	return fmt.Sprintf("run %s%s lambda %g", r.attack, labels, r.lambda)
}

// isLong tells whether an attack is trained without the regulariser too, and for
// two epochs.
func isLong(attack string) bool { return attack == "badnets" || attack == "blended" }

// config is a run of an epoch or two of three steps on images of 16×16 pixels.
func (r trial) config() (train.Config, error) {
	c := train.Config{
		Epochs: 1, Momentum: 0.9, Decay: 5e-4, Schedule: train.Cosine{Base: 0.02, Epochs: 2},
		AllToAll: r.allToAll, Lambda: r.lambda, Levels: []int{0, 1, 2}, Identity: "verify",
	}
	p, err := poison(r.attack, attacks.Prototype)
	if err != nil {
		return c, err
	}
	if r.allToAll {
		p.Attack = p.Attack.LabelledAllToAll()
	} else if isLong(r.attack) {
		c.Epochs = 2
	}
	if c.Model, err = models.New("vgg5", 3, 10, seed); err != nil {
		return c, err
	}
	set := datasets.Synthetic(seed, datasets.Train, 160)
	c.Before, c.Beside = trained(p, set)
	if c.Images, err = partLoader(set, trainingPlaces(p, set), datasets.Train, 18, p.Marks()); err != nil {
		return c, err
	}
	if c.Clean, err = loader(datasets.Test, 20, 18, nil); err != nil {
		return c, err
	}
	c.Triggered, err = loader(datasets.Test, 20, 18, p.TestEdit())
	return c, err
}

// straight is a run from its beginning to its end. A batch must hold what the
// regulariser compares, unless there is no attack.
func straight(ctx context.Context, d *digest, r trial) error {
	c, err := r.config()
	if err != nil {
		return err
	}
	regularised := false
	c.OnStep = func(s train.Step) error {
		regularised = regularised || s.MMD[0] > 0
		return nil
	}
	if err := train.New(c).Run(ctx); err != nil {
		return err
	}
	if !regularised && r.attack != attacks.None {
		return errors.New("no batch held benign and malicious images together")
	}
	d.text(weights.Digest(c.Model.Entries()))
	return nil
}

// resumed is straight with an interruption in the middle of the second epoch.
func resumed(ctx context.Context, d *digest, r trial) error {
	return inFolder(func(dir string) error {
		first, err := r.config()
		if err != nil {
			return err
		}
		first.Dir = dir
		stopped, stop := context.WithCancel(ctx)
		defer stop()
		first.OnStep = func(s train.Step) error {
			if s.Epoch == 1 && s.Step == 1 {
				stop()
			}
			return nil
		}
		if err := train.New(first).Run(stopped); !errors.Is(err, train.ErrInterrupted) {
			return fmt.Errorf("the interrupted run ended with error %v, want %v", err, train.ErrInterrupted)
		}
		second, err := r.config()
		if err != nil {
			return err
		}
		second.Dir = dir
		t := train.New(second)
		if found, err := t.Resume(); err != nil || !found {
			return fmt.Errorf("resuming: found a checkpoint: %v, error %v", found, err)
		}
		err = t.Run(ctx)
		d.text(weights.Digest(second.Model.Entries()))
		return err
	})
}

// wholeExperiment runs a spec from its images to the detectors' scores.
func wholeExperiment(ctx context.Context, d *digest) error {
	return inFolder(func(dir string) error {
		s := spec.Default()
		s.Name, s.Seed = "verify", seed
		s.Data.Set, s.Data.TrainLimit, s.Data.TestLimit = "synthetic", 24, 80
		s.Model.Name = "vgg5"
		s.Attack.Name, s.Attack.Mode, s.Attack.Rate = "blended", "frozen", 0.5
		s.Train.Epochs, s.Train.Batch, s.Train.Keep = 1, 12, "last"
		s.Detect.Clean = 10
		r, err := run.Start(ctx, filepath.Join(dir, "run"), s, run.Options{Workers: parallel.Workers()})
		if err != nil {
			return err
		}
		text, err := json.Marshal([]any{r.WeightsSHA256, r.DataSHA256, r.BA, r.ASR, r.Samples, r.Levels, r.Detectors})
		d.bytes(text)
		return err
	})
}

// inFolder calls do with a new folder, which it removes afterwards. Where there
// is no folder for temporary files, as in an empty root, it is in the current
// one.
func inFolder(do func(dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "sdrm-verify-")
	if err != nil {
		if dir, err = os.MkdirTemp(".", "sdrm-verify-"); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return do(dir)
}
