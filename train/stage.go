package train

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"sdrm/layers"
	"sdrm/models/weights"
)

// AttackFile holds what the attack learned before the first step. Runs whose
// attack learns nothing have none.
const AttackFile = "attack.safetensors"

// Stage is what must be trained before the first step, as a trigger that is
// learned.
type Stage struct {
	// Entries are the tensors that are trained.
	Entries []layers.Entry
	// Run trains them, to the same bits whenever it is called. If ctx ends the
	// error is context.Canceled.
	Run func(ctx context.Context) error
	// OnKept, unless it is nil, is called when AttackFile holds them.
	OnKept func()
}

// Load reads what the run with the given identity trained and kept at path. An
// error names the file, and the entries are then as they were.
func (s *Stage) Load(path, identity string) error {
	c, err := open(path, identity, s.Entries)
	if err != nil {
		return err
	}
	return c.Store()
}

// stage makes sure that what comes before the first step is trained. If ctx ends
// it returns context.Canceled, and the stage has yet to begin.
func (t *Trainer) stage(ctx context.Context) error {
	s := t.config.Before
	if s == nil || t.staged {
		return nil
	}
	if err := s.Run(ctx); err != nil {
		return err
	}
	tensors := weights.Tensors(s.Entries)
	if _, err := t.write(AttackFile, tensors, weights.DigestTensors(tensors)); err != nil {
		return err
	}
	t.staged = true
	if s.OnKept != nil {
		s.OnKept()
	}
	return nil
}

// resumeStage reads what the stage gave, if it was done.
func (t *Trainer) resumeStage() error {
	s := t.config.Before
	if s == nil {
		return nil
	}
	err := s.Load(filepath.Join(t.config.Dir, AttackFile), t.config.Identity)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	t.staged = err == nil
	return err
}
