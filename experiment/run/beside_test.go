package run

import (
	"errors"
	"path/filepath"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/train"
)

// What an attack trains beside the model is part of the run: judged anew from its
// folder, after an interruption too, a run is what it was.
func TestWhatAnAttackTrainsBesideTheModel(t *testing.T) {
	s := learned()
	s.Attack.Name, s.Attack.Options = "lira", []string{"epochs=1"}
	s.Train.Epochs, s.Train.Keep = 2, "best"
	dir, want := start(t, s)
	if a := want.Attack; a == nil || a.Values != 3203 || a.Steps != 4 || len(a.SHA256) != 64 {
		t.Errorf("the result says that the attack trained %+v", a)
	}
	r, err := OpenFinished(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Subject(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if ba, asr, err := judge.Rates(t.Context(), x, judge.Work{}); err != nil || ba != want.BA || asr != want.ASR {
		t.Errorf("judged anew: BA %v, ASR %v, error %v; want %v and %v", ba, asr, err, want.BA, want.ASR)
	}

	dir = filepath.Join(t.TempDir(), "run")
	ctx := &asked{Context: t.Context()}
	ctx.left.Store(2)
	if _, err := Start(ctx, dir, s, Options{}); !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("error %v, want %v", err, train.ErrInterrupted)
	}
	if r, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := resume(t.Context(), r, Options{}); err != nil || text(t, got) != text(t, want) {
		t.Errorf("resumed: another result, or error %v", err)
	}
}
