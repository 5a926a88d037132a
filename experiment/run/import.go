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

// Import makes a finished run of s in a new folder whose model is the one in
// the file, and judges it. Nothing is made there before all of that
// is done. If ctx ends, the error is context.Canceled.
func Import(ctx context.Context, dir string, s spec.Spec, file string, o Options) (judge.Result, error) {
	if err := vacant(dir); err != nil {
		return judge.Result{}, err
	}
	sub, err := o.subject(ctx, s)
	if err != nil {
		return judge.Result{}, err
	}
	if sub.Trained() != nil {
		return judge.Result{}, fault.Input(&spec.FieldError{Field: "attack.name", Found: strconv.Quote(s.Attack.Name),
			Want: "an attack that trains nothing: a file of weights comes without what it trained"})
	}
	if err := weights.Import(file, sub.Model); err != nil {
		return judge.Result{}, fault.Input(err)
	}
	sub.Epoch = s.Train.Epochs
	out, err := judge.Everything(ctx, sub, judge.Work{OnProgress: o.OnUnit})
	if err != nil {
		return judge.Result{}, err
	}
	out.Imported = true
	return out, adopt(dir, sub, out, o.Machine)
}

// importing marks the folder of an import until all of it is there.
const importing = ".importing"

// adopt writes the folder of an imported run. Its metrics are empty: nothing is
// known of how the weights came about. The spec comes last, for a folder with a
// spec and no result would be trained by who resumes it.
func adopt(dir string, x *subject.Subject, out judge.Result, m Machine) error {
	_, l, err := create(dir, x.Spec, func(r *Run) error {
		if err := atomicfile.WriteBytes(r.path(importing), nil); err != nil {
			return fault.Input(err)
		}
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
		if err := r.saveTrigger(x, out); err != nil {
			return err
		}
		if err := r.save(MachineFile, m); err != nil {
			return err
		}
		if err := r.save(ResultFile, out); err != nil {
			return err
		}
		return r.saveSpec()
	})
	if err != nil {
		return err
	}
	os.Remove(filepath.Join(dir, importing)) // or the next one does
	return l.Release()
}
