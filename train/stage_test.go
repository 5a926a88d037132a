package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sdrm/layers"
	"sdrm/tensor"
)

// staged is tiny with a stage that stores 7 in a tensor and counts its calls.
func staged(t *testing.T, dir string, runs *int) (Config, *tensor.Tensor) {
	c, x := tiny(t, dir), tensor.New(tensor.Shape{1, 1, 1, 2})
	c.Before = &Stage{Entries: []layers.Entry{{Name: "x", Layout: layers.Vector, Tensor: x}}, Run: func(ctx context.Context) error {
		*runs++
		x.Data[0], x.Data[1] = 7, 7
		if ctx.Err() != nil {
			return context.Canceled
		}
		return nil
	}}
	return c, x
}

func TestTheStageIsDoneOnce(t *testing.T) {
	dir, runs := t.TempDir(), 0
	stopped, stop := context.WithCancel(t.Context())
	stop()
	c, _ := staged(t, dir, &runs)
	trainer := New(c)
	for range 2 {
		if err := trainer.Run(stopped); !errors.Is(err, ErrInterrupted) {
			t.Fatalf("error %v, want %v", err, ErrInterrupted)
		}
	}
	path := filepath.Join(dir, AttackFile)
	if _, err := os.Stat(path); runs != 2 || err == nil {
		t.Errorf("interrupted twice: called %d times, error of the file %v", runs, err)
	}
	failing := errors.New("failing")
	c.OnStep = func(Step) error { return failing }
	if err := New(c).Run(t.Context()); !errors.Is(err, failing) || runs != 3 {
		t.Fatalf("error %v, called %d times", err, runs)
	}

	c, x := staged(t, dir, &runs)
	c.OnStep = func(Step) error { return failing }
	trainer = New(c)
	if _, err := trainer.Resume(); err != nil || x.Data[0] != 7 {
		t.Fatalf("error %v, the tensor holds %v", err, x.Data)
	}
	if err := trainer.Run(t.Context()); !errors.Is(err, failing) || runs != 3 {
		t.Errorf("error %v, called %d times", err, runs)
	}

	c, x = staged(t, dir, &runs)
	c.Identity = "other"
	if _, err := New(c).Resume(); err == nil || !strings.Contains(err.Error(), path) || x.Data[0] != 0 {
		t.Errorf("of another run: error %v, the tensor holds %v", err, x.Data)
	}
	c.Before.Run = func(context.Context) error { return failing }
	if err := New(c).Run(t.Context()); !errors.Is(err, failing) {
		t.Errorf("error %v, want that of the stage", err)
	}
}
