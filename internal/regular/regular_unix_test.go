//go:build unix

package regular

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWhatIsNoFileIsRefusedWithoutWaiting(t *testing.T) {
	refuses(t, "/dev/null", "a device")
	dir, err := os.MkdirTemp("", "regular") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	pipe, link, socket := filepath.Join(dir, "pipe"), filepath.Join(dir, "link"), filepath.Join(dir, "socket")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip(err)
	}
	refuses(t, pipe, "a pipe")
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	refuses(t, link, "a pipe")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	refuses(t, socket, "a socket")
}
