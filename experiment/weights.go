package experiment

import (
	"context"
	"fmt"

	"sdrm/internal/atomicfile"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// InitialModel returns the model that a run of s starts from.
func InitialModel(s Spec) (*models.Model, error) {
	if err := s.Validate(); err != nil {
		return nil, input(err)
	}
	m, err := models.New(s.Model.Name, classes, s.Seed)
	if err != nil {
		return nil, input(err)
	}
	return m, nil
}

// Model returns the model that a finished run is judged by. Unlike Subject it
// needs no images.
func (r *Run) Model() (*models.Model, error) {
	result, err := r.Result()
	if err != nil {
		return nil, err
	}
	m, err := InitialModel(r.Spec)
	if err != nil {
		return nil, err
	}
	path := r.path(r.weightsFile())
	if _, err := train.LoadWeights(path, identity(r.Spec, result.DataSHA256), m); err != nil {
		return nil, input(err)
	}
	if found := weights.Digest(m.Entries()); found != result.WeightsSHA256 {
		return nil, inputf("%s: the weights have SHA-256 %.16s…, %s beside it says %.16s…", path, found, ResultFile, result.WeightsSHA256)
	}
	return m, nil
}

// Import makes a finished run of s in a new folder whose model is the one in
// the file, and judges it. Nothing is made there before all of that
// is done. If ctx ends, the error is context.Canceled.
func Import(ctx context.Context, dir string, s Spec, file string, o Options) (Result, error) {
	if err := vacant(dir); err != nil {
		return Result{}, err
	}
	sub, err := newSubject(s, o.Workers)
	if err != nil {
		return Result{}, err
	}
	if err := weights.Import(file, sub.model); err != nil {
		return Result{}, input(err)
	}
	sub.epoch = s.Train.Epochs
	out, err := sub.judge(ctx)
	if err != nil {
		return Result{}, err
	}
	out.Imported = true
	return out, sub.adopt(dir, out)
}

// adopt writes the folder of an imported run. Its metrics are empty: nothing is
// known of how the weights came about.
func (x *Subject) adopt(dir string, out Result) error {
	r, err := Create(dir, x.images.spec)
	if err != nil {
		return err
	}
	c, err := x.trainConfig()
	if err != nil {
		return err
	}
	c.Dir = dir
	if err := train.New(c).Adopt(out.BA); err != nil {
		return mark(err)
	}
	if err := atomicfile.WriteBytes(r.path(MetricsFile), nil); err != nil {
		return input(err)
	}
	return r.writeResult(out)
}

// weightsFile is the name of the file with the weights that are judged.
func (r *Run) weightsFile() string {
	if r.Spec.Train.Keep == "last" {
		return train.CheckpointFile
	}
	return train.BestFile
}

// identity says what weights come from: the same spec on other images is
// another run.
func identity(s Spec, data string) string { return fmt.Sprintf("spec %s data %s", s.Hash(), data) }
