package run

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/models/weights"
	"sdrm/train"
)

// importing marks the folder of an import until all of it is there.
const importing = ".importing"

// Import makes a finished run of s in a new folder whose model is the one in
// the file, and judges it. If that fails, nothing of the folder is left. If ctx ends,
// the error is context.Canceled.
func Import(ctx context.Context, dir string, s spec.Spec, file string, o Options) (judge.Result, error) {
	var out judge.Result
	_, l, err := create(dir, s, func(r *Run) error {
		if err := atomicfile.WriteBytes(r.path(importing), nil); err != nil {
			return fault.Input(err)
		}
		sub, err := loaded(ctx, s, file, o)
		if err != nil {
			return err
		}
		if out, err = judge.Everything(ctx, sub, judge.Work{OnProgress: o.OnUnit}); err != nil {
			return err
		}
		out.Imported = true
		return r.adopt(sub, out, o.Machine)
	})
	if err != nil {
		return judge.Result{}, err
	}
	os.Remove(filepath.Join(dir, importing)) // or the next one does
	return out, l.Release()
}

// loaded returns the subject of s with the weights in the file.
func loaded(ctx context.Context, s spec.Spec, file string, o Options) (*subject.Subject, error) {
	sub, err := o.subject(ctx, s)
	if err != nil {
		return nil, err
	}
	if sub.Trained() != nil {
		return nil, fault.Input(&spec.FieldError{Field: "attack.name", Found: strconv.Quote(s.Attack.Name),
			Want: "an attack that trains nothing: a file of weights comes without what it trained"})
	}
	if err := weights.Import(file, sub.Model); err != nil {
		return nil, fault.Input(err)
	}
	sub.Epoch = s.Train.Epochs
	return sub, nil
}

// adopt writes the files of an imported run. Its metrics are empty: nothing is
// known of how the weights came about. The spec comes last, for a folder with a
// spec and no result would be trained by who resumes it.
func (r *Run) adopt(x *subject.Subject, out judge.Result, m Machine) error {
	c, err := x.Training()
	if err != nil {
		return err
	}
	c.Dir = r.Dir
	if err := train.New(c).Adopt(out.BA); err != nil {
		return fault.System(err)
	}
	if err := atomicfile.WriteBytes(r.path(MetricsFile), nil); err != nil {
		return fault.Input(err)
	}
	if err := r.saveTrigger(x, out); err != nil {
		return err
	}
	if err := r.save(machineFile, m); err != nil {
		return err
	}
	if err := r.save(ResultFile, out); err != nil {
		return err
	}
	return r.saveSpec()
}
