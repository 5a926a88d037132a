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
	errOther := errors.New("other images") // of which no training would give the same
	o.OnImages = func(sha256 string) error {
		if sha256 == r.DataSHA256 {
			return nil
		}
		differs = r.other("images", sha256, r.DataSHA256)
		return errOther
	}
	switch _, err := run.Start(ctx, at, r.Spec, o); {
	case errors.Is(err, errOther):
		return differs, nil
	case errors.Is(err, train.ErrInterrupted):
		return "", context.Canceled
	case err != nil:
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
	return r.compare(found), nil
}

// compare returns in what the record of the same cell trained on the same images
// differs, nothing if it does not.
func (r *Record) compare(found *Record) string {
	if found.WeightsSHA256 != r.WeightsSHA256 {
		return r.other("weights", found.WeightsSHA256, r.WeightsSHA256)
	}
	switch d := firstDifference(found.Figures, r.Figures); {
	case d == nil:
		return ""
	case d.a == "":
		return fmt.Sprintf("the same weights, but other figures: %s is missing, want %s", d.of, d.b)
	case d.b == "":
		return fmt.Sprintf("the same weights, but other figures: %s: found %s, want none", d.of, d.a)
	default:
		return fmt.Sprintf("the same weights, but other figures: %s: found %s, want %s", d.of, d.a, d.b)
	}
}

// other says that a digest is another than the record's, and where the record is from.
func (r *Record) other(what, found, want string) string {
	text := fmt.Sprintf("other %s: found SHA-256 %.16s…, want %.16s…", what, found, want)
	if from := r.Machine; from != (run.Machine{}) {
		text += fmt.Sprintf(" of version %q on %q with %q", from.Version, from.CPU, from.ISA)
	}
	return text
}
