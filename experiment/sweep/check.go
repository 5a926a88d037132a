package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"sdrm/experiment/run"
	"sdrm/train"
)

// Check trains the cell of a record again, in a new folder below dir, and returns
// in what it differs, nothing if it does not: the digests of the images and the
// weights, or a figure. If ctx ends, the error is
// context.Canceled: nothing of it is kept.
func (r *Record) Check(ctx context.Context, dir string, o run.Options) (differs string, err error) {
	at := filepath.Join(dir, r.Name)
	if _, err := run.Start(ctx, at, r.Spec, o); errors.Is(err, train.ErrInterrupted) {
		return "", context.Canceled
	} else if err != nil {
		return "", fmt.Errorf("%s: %w", r.Name, err)
	}
	again, err := run.Open(at)
	if err != nil {
		return "", err
	}
	found, err := record(r.Number, again)
	if err != nil {
		return "", err
	}
	switch {
	case found.DataSHA256 != r.DataSHA256:
		return fmt.Sprintf("other images: found SHA-256 %.16s…, want %.16s…", found.DataSHA256, r.DataSHA256), nil
	case found.WeightsSHA256 != r.WeightsSHA256:
		return fmt.Sprintf("other weights: found SHA-256 %.16s…, want %.16s…", found.WeightsSHA256, r.WeightsSHA256), nil
	case !sameFigures(found, r):
		return "the same weights, but other figures", nil
	}
	return "", nil
}
