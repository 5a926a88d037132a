package run

import (
	"context"
	"strconv"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/models/weights"
	"sdrm/train"
)

// Import makes a finished run of s in a new folder whose model is the one in
// the file, and judges it. Nothing is made there before all of that
// is done. If ctx ends, the error is context.Canceled.
func Import(ctx context.Context, dir string, s spec.Spec, file string, o Options) (judge.Result, error) {
	if err := vacant(dir); err != nil {
		return judge.Result{}, err
	}
	sub, err := subject.New(s, o.Workers)
	if err != nil {
		return judge.Result{}, err
	}
	if sub.Stage() != nil {
		return judge.Result{}, fault.Input(&spec.FieldError{Field: "attack.name", Found: strconv.Quote(s.Attack.Name),
			Want: "an attack that learns nothing before training: a file of weights comes without what it learned"})
	}
	if err := weights.Import(file, sub.Model); err != nil {
		return judge.Result{}, fault.Input(err)
	}
	sub.Epoch = s.Train.Epochs
	out, err := judge.Everything(ctx, sub)
	if err != nil {
		return judge.Result{}, err
	}
	out.Imported = true
	return out, adopt(dir, sub, out)
}

// adopt writes the folder of an imported run. Its metrics are empty: nothing is
// known of how the weights came about.
func adopt(dir string, x *subject.Subject, out judge.Result) error {
	r, l, err := create(dir, x.Spec)
	if err != nil {
		return err
	}
	defer l.Release()
	c, err := x.Training()
	if err != nil {
		return err
	}
	c.Dir = dir
	if err := train.New(c).Adopt(out.BA); err != nil {
		return fault.System(err)
	}
	if err := atomicfile.WriteBytes(r.path(MetricsFile), nil); err != nil {
		return fault.Input(err)
	}
	return r.save(ResultFile, out)
}
