package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
	"sdrm/train"
)

// learning begins the names of the files that are locked, among runs, while the
// attack of one learns.
const learning = ".learning-"

// Learned says how what an attack learns before the first step came about.
type Learned struct {
	Took time.Duration
	From string // the run that had learned it, empty if it was learned anew
}

// lesson is what the attack of a run learns before the first step. Runs that are
// siblings learn the same one after the other, so that the first does it for all.
type lesson struct {
	run      *Run
	stage    *train.Stage
	siblings string // their folder, empty if there are none
	data     string // SHA-256 of the images
	picture  string // and of that of the trigger, empty if it has none
	learn    func(context.Context) error

	lock *lockfile.Lock // until what was learned can be found
	from string
}

// study takes what a sibling has learned, or learns.
func (h *lesson) study(ctx context.Context) (err error) {
	if h.siblings == "" {
		return h.learn(ctx)
	}
	h.lock, err = lockfile.Wait(ctx, filepath.Join(h.siblings, learning+h.run.Spec.Lesson()[:16]))
	if errors.Is(err, lockfile.ErrLocked) {
		return context.Canceled
	}
	if err != nil {
		return fault.Input(err)
	}
	if h.take() {
		return nil
	}
	return h.learn(ctx)
}

// take looks for a sibling that has learned the same from the same images. One
// whose files are damaged has not.
func (h *lesson) take() bool {
	entries, _ := os.ReadDir(h.siblings)
	for _, e := range entries {
		r, err := Open(filepath.Join(h.siblings, e.Name()))
		if err != nil || r.Spec.Lesson() != h.run.Spec.Lesson() {
			continue
		}
		if h.stage.Load(r.path(train.AttackFile), subject.Identity(r.Spec, h.data, h.picture)) == nil {
			h.from = e.Name()
			return true
		}
	}
	return false
}

// release lets siblings go on, which find what was learned or learn themselves.
func (h *lesson) release() {
	if h.lock != nil {
		h.lock.Release()
		h.lock = nil
	}
}
