package run

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/progress"
	"sdrm/train"
)

// Options say how a run is executed; they do not change what it finds.
type Options struct {
	Workers int // batches prepared at the same time
	OnStep  func(train.Step)
	OnRead  func(done, all int) // how many images are read, of sets in which each is a file
	// OnImages is told the digest of the images before anything else is done with
	// them; its error ends the run.
	OnImages func(sha256 string) error
	OnEpoch  func(train.Epoch)
	OnStage  func(Learned)        // what the attack learns before the first step is learned
	OnUnit   func(judge.Progress) // how far judging is
	Machine  Machine
	Events   bool // keep the metrics in eventsFile too
	// Siblings, unless it is empty, is a folder of runs: what the attack of one of
	// them has learned, this one need not learn again.
	Siblings string
}

// subject returns what a spec names. If ctx ends, the error is context.Canceled.
func (o Options) subject(ctx context.Context, s spec.Spec) (*subject.Subject, error) {
	if o.OnRead != nil {
		ctx = progress.With(ctx, o.OnRead)
	}
	sub, err := subject.New(ctx, s, o.Workers)
	if err == nil && o.OnImages != nil {
		err = o.OnImages(sub.Images.SHA256)
	}
	return sub, err
}

// interruptedReading is the train.ErrInterrupted of a run whose images were still being
// read: no checkpoint is saved.
type interruptedReading struct{}

func (interruptedReading) Error() string        { return "interrupted while the images were read" }
func (interruptedReading) Is(target error) bool { return target == train.ErrInterrupted }

var errReading error = interruptedReading{}

// Start trains and judges what s asks for in a new folder. Unless it is interrupted,
// nothing is made there before the images, the trigger and the model are found to be
// right. If ctx ends, then or before, the error is train.ErrInterrupted, and Continue
// goes on with the run. A dir that holds a run is refused.
func Start(ctx context.Context, dir string, s spec.Spec, o Options) (judge.Result, error) {
	result, err := begin(ctx, dir, s, o)
	if r := (&Run{Dir: dir}); errors.Is(err, errHolds) && !r.Finished() && r.Busy() {
		err = r.errBusy()
	}
	return result, err
}

// begin is Start, but for the error where another process works on a run there.
func begin(ctx context.Context, dir string, s spec.Spec, o Options) (judge.Result, error) {
	if err := Vacant(dir); err != nil {
		return judge.Result{}, err
	}
	sub, err := o.subject(ctx, s)
	if errors.Is(err, context.Canceled) { // while the images were read
		_, l, err := create(dir, s, (*Run).saveSpec)
		if err != nil {
			return judge.Result{}, err
		}
		return judge.Result{}, cmp.Or(l.Release(), errReading)
	}
	if err != nil {
		return judge.Result{}, err
	}
	r, l, err := create(dir, s, (*Run).saveSpec)
	if err != nil {
		return judge.Result{}, err
	}
	defer l.Release()
	return r.execute(ctx, sub, o, false)
}

// Continue resumes the run of the spec in dir, or returns the result of one that is
// finished. The spec must be that of the run, but that the images may lie
// elsewhere and a step may take other memory.
func Continue(ctx context.Context, dir string, s spec.Spec, o Options) (judge.Result, error) {
	r, err := Open(dir)
	if err != nil {
		return judge.Result{}, err
	}
	if err := r.Check(s); err != nil {
		return judge.Result{}, err
	}
	r.Spec = s
	return resume(ctx, r, o)
}

// Complete starts the run of the spec in dir, or continues it if dir holds one, perhaps
// since a moment ago.
func Complete(ctx context.Context, dir string, s spec.Spec, o Options) (judge.Result, error) {
	result, err := begin(ctx, dir, s, o)
	if errors.Is(err, errHolds) {
		return Continue(ctx, dir, s, o)
	}
	return result, err
}

// resume continues a run that was interrupted, or returns the result of one
// that is finished.
func resume(ctx context.Context, r *Run, o Options) (judge.Result, error) {
	l, err := r.lock()
	if err != nil {
		return judge.Result{}, err
	}
	defer l.Release()
	if r.Finished() {
		if o.Events {
			if err := r.saveEvents(); err != nil {
				return judge.Result{}, err
			}
		}
		return r.Result()
	}
	sub, err := o.subject(ctx, r.Spec)
	if errors.Is(err, context.Canceled) {
		return judge.Result{}, errReading
	}
	if err != nil {
		return judge.Result{}, err
	}
	return r.execute(ctx, sub, o, true)
}

func (r *Run) execute(ctx context.Context, sub *subject.Subject, o Options, resume bool) (judge.Result, error) {
	var memory *train.MemoryError
	if err := r.train(ctx, sub, o, resume); errors.Is(err, train.ErrDiverged) || errors.As(err, &memory) {
		return judge.Result{}, fault.Input(err)
	} else if err != nil {
		return judge.Result{}, fault.System(err)
	}
	if err := r.loadWeights(sub); err != nil {
		return judge.Result{}, err
	}
	j, err := r.journal(judging, sub, nil)
	if err != nil {
		return judge.Result{}, err
	}
	defer j.Close()
	out, err := judge.Everything(ctx, sub, judge.Work{OnProgress: o.OnUnit, Keeper: j})
	if errors.Is(err, context.Canceled) {
		return judge.Result{}, train.ErrInterrupted
	}
	if err != nil {
		return judge.Result{}, err
	}
	if err := r.saveTrigger(sub, out); err != nil {
		return judge.Result{}, err
	}
	if err := r.save(machineFile, o.Machine); err != nil {
		return judge.Result{}, err
	}
	if err := r.save(ResultFile, out); err != nil {
		return judge.Result{}, err
	}
	j.Remove()
	return out, nil
}

func (r *Run) train(ctx context.Context, sub *subject.Subject, o Options, resume bool) (err error) {
	c, err := sub.Training()
	if err != nil {
		return err
	}
	c.Dir = r.Dir
	var log *metricsLog
	c.OnStep = func(s train.Step) error {
		if o.OnStep != nil {
			o.OnStep(s)
		}
		return log.write(Metric{Kind: kindStep, Epoch: s.Epoch + 1, Step: s.Step + 1, Rate: s.Rate, Loss: float64(s.Loss), CE: s.CE, MMD: s.MMD})
	}
	c.BeforeSave = func() error { return log.sync() }
	began := time.Now()
	if c.Before != nil {
		h := &lesson{run: r, stage: c.Before, siblings: o.Siblings, data: sub.Images.SHA256, picture: sub.Images.Poison.Attack.PictureSHA256(), learn: c.Before.Run}
		defer h.release()
		c.Before.Run = h.study
		c.Before.OnKept = func() {
			h.release()
			if o.OnStage != nil {
				o.OnStage(Learned{Took: time.Since(began), From: h.from})
			}
			began = time.Now()
		}
	}
	c.OnEpoch = func(e train.Epoch) error {
		seconds := time.Since(began).Round(time.Millisecond).Seconds()
		began = time.Now()
		if o.OnEpoch != nil {
			o.OnEpoch(e)
		}
		m := Metric{Kind: KindEpoch, Epoch: e.Epoch + 1, Rate: e.Rate, Loss: e.Loss, BA: &e.BA, Seconds: seconds}
		if !math.IsNaN(e.ASR) {
			m.ASR = &e.ASR
		}
		return log.write(m)
	}
	t := train.New(c)
	if resume {
		if _, err := t.Resume(); err != nil {
			return fault.Input(err)
		}
	}
	at := t.State()
	if log, err = r.openMetrics(at.Epoch*(c.Images.Steps()+1) + at.Step); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.close()) }()
	if o.Events {
		if log.events, err = r.openEvents(); err != nil {
			return err
		}
	}
	return t.Run(ctx)
}
