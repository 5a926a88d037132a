package lockfile

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// owner is what TestMain does in a process of its own: it locks the file, says
// so and waits to be killed.
func owner(path string) {
	if _, err := Acquire(path); err != nil {
		panic(err)
	}
	os.Stdout.WriteString("locked\n")
	select {}
}

func TestMain(m *testing.M) {
	if path := os.Getenv("LOCKFILE_OWNER"); path != "" {
		owner(path)
	}
	os.Exit(m.Run())
}

func TestALockIsExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if _, err := os.Stat(path); Held(path) || err == nil {
		t.Error("a file that is not there is locked, or made")
	}
	first, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if !Held(path) {
		t.Error("a locked file is not held")
	}
	if _, err := Acquire(path); !errors.Is(err, ErrLocked) {
		t.Fatalf("locked twice: error %v, want %v", err, ErrLocked)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*retry)
	defer cancel()
	if _, err := Wait(ctx, path); !errors.Is(err, ErrLocked) {
		t.Errorf("waited in vain: error %v, want %v", err, ErrLocked)
	}
	time.AfterFunc(2*retry, func() { first.Release() })
	second, err := Wait(context.Background(), path)
	if err != nil {
		t.Fatalf("released, but: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil && runtime.GOOS != "windows" {
		t.Error("the file is left")
	}
	if _, err := Acquire(filepath.Join(path, "below")); err == nil || errors.Is(err, ErrLocked) {
		t.Errorf("a lock below a file: error %v, want one of the system", err)
	}
}

// The lock of a process that was killed is free.
func TestALockEndsWithItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "LOCKFILE_OWNER="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "locked\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	if _, err := Acquire(path); !errors.Is(err, ErrLocked) {
		t.Errorf("locked by the child: error %v, want %v", err, ErrLocked)
	}
	child.Process.Kill()
	child.Wait()
	if Held(path) {
		t.Error("the file of a child that is gone is held")
	}
	l, err := Acquire(path)
	if err != nil {
		t.Fatalf("the child is gone, but: %v", err)
	}
	l.Release()
}

// Many that take turns on a file that each removes are never two at a time.
func TestNoTwoOwnersOfAFileThatIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var owners, most atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				l, err := Acquire(path)
				if errors.Is(err, ErrLocked) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := owners.Add(1); n > most.Load() {
					most.Store(n)
				}
				runtime.Gosched()
				owners.Add(-1)
				l.Release()
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d owners at a time, want 1", most.Load())
	}
}
