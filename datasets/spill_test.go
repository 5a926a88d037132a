package datasets

import (
	"os"
	"slices"
	"testing"
)

// TestSetsThatDoNotFit: a set that is larger than the memory allowed is the same set,
// gives the same batches and leaves nothing behind.
func TestSetsThatDoNotFit(t *testing.T) {
	dir, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	writeFolder(t, dir, 10, true)
	s := source(t, "folder")
	load := func(bytes int64) (*Set, []uint64) {
		t.Helper()
		SetMemory(bytes)
		defer SetMemory(0)
		train, err := s.Load(t.Context(), dir, Train, Part{})
		if err != nil {
			t.Fatal(err)
		}
		config := Config{Batch: 5, Seed: 3, Shuffle: true, Workers: 3, Pipeline: Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true},
			After: func(_, index int, s *Sample) Role {
				copy(s.Pixels[:40], s.Another((index+1)%s.SetLen()))
				return Poisoned
			}}
		l := newLoader(t, train, config)
		all := append(hashes(l, 0, 0), hashes(l, 1, 2)...)
		return train, all
	}
	within, want := load(0)
	apart, got := load(1000)
	if within.file != nil || apart.file == nil || apart.Pixels != nil {
		t.Fatal("a set is not where it should be")
	}
	if !slices.Equal(got, want) || Digest(within) != Digest(apart) {
		t.Error("batches or digests depend on the memory")
	}
	for i := range within.Len() {
		if !slices.Equal(within.Image(i), apart.Image(i)) {
			t.Errorf("image %d depends on the memory", i)
		}
	}
	if exact, _ := load(int64(len(within.Pixels))); exact.file != nil {
		t.Error("a set that fits lies in a file")
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left %v, error %v", left, err)
	}
	t.Setenv("TMPDIR", temporary+"/absent")
	SetMemory(1000)
	defer SetMemory(0)
	if _, err := s.Load(t.Context(), dir, Train, Part{}); err == nil {
		t.Error("no folder for the temporary file, and no error")
	}
}
