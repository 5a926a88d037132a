package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/train"
)

// Model returns the model that a finished run is judged by. Unlike Subject it
// needs no images.
func (r *Run) Model() (*models.Model, error) {
	result, err := r.Result()
	if err != nil {
		return nil, err
	}
	m, err := subject.InitialModel(r.Spec)
	if err != nil {
		return nil, err
	}
	path := r.path(r.weightsFile())
	if _, err := train.LoadWeights(path, subject.Identity(r.Spec, result.DataSHA256, result.PictureSHA256), m, nil); err != nil {
		return nil, fault.Input(err)
	}
	return m, r.checkWeights(m, result)
}

// weightsFile is the name of the file with the weights that are judged.
func (r *Run) weightsFile() string {
	if r.Spec.Train.Keep == "last" {
		return train.CheckpointFile
	}
	return train.BestFile
}

// Subject returns the trained model of a finished run with its images. If ctx ends, the
// error is context.Canceled.
func (r *Run) Subject(ctx context.Context, workers int) (*subject.Subject, error) {
	result, err := r.Result()
	if err != nil {
		return nil, err
	}
	x, err := subject.New(ctx, r.Spec, workers)
	if dir := r.Spec.Data.Dir; errors.Is(err, fs.ErrNotExist) && dir != "" && !filepath.IsAbs(dir) {
		err = fmt.Errorf("%s: data.dir: found %q, want it as seen from here, the folder that the command runs in: %w", r.path(SpecFile), dir, err)
	}
	if err == nil {
		err = r.loadWeights(x)
	}
	if err == nil {
		err = r.checkWeights(x.Model, result)
	}
	return x, err
}

// checkWeights returns an error unless the model is the one of the result.
func (r *Run) checkWeights(m *models.Model, of judge.Result) error {
	if found := weights.Digest(m.Entries()); found != of.WeightsSHA256 {
		return fault.Inputf("%s: the weights have SHA-256 %.16s…, %s beside it says %.16s…", r.path(r.weightsFile()), found, ResultFile, of.WeightsSHA256)
	}
	return nil
}

// loadWeights reads the weights that the run's spec says are judged, and what
// the attack trained.
func (r *Run) loadWeights(x *subject.Subject) error {
	name := r.weightsFile()
	state, err := train.LoadWeights(r.path(name), x.Identity(), x.Model, x.Beside())
	if err != nil {
		return fault.Input(err)
	}
	x.Epoch = state.Epoch // the last file counts the epochs done
	if name == train.BestFile {
		x.Epoch = state.Best.Epoch + 1
	}
	if s := x.Stage(); s != nil {
		if err := s.Load(r.path(train.AttackFile), x.Identity()); err != nil {
			return fault.Input(err)
		}
	}
	return nil
}
