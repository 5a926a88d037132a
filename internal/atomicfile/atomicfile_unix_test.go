//go:build unix

package atomicfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestWriteLeavesWhatIsNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip(err)
	}
	if err := WriteBytes(pipe, []byte("x")); err == nil || !strings.Contains(err.Error(), "found a pipe, want a regular file") {
		t.Errorf("error %v, want that it is a pipe", err)
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is %v, error %v, want a pipe still", info.Mode(), err)
	}
	if got := names(t, filepath.Dir(pipe)); len(got) != 1 {
		t.Errorf("folder holds %v, want nothing more than before", got)
	}
}
