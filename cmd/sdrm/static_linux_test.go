package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"sdrm/verify"
)

// TestRunsInAnEmptyRoot builds the program as a release is built and runs it
// where there is no file but itself: no library, no /tmp, no /proc, no home.
func TestRunsInAnEmptyRoot(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a build and a verification")
	}
	if os.Geteuid() != 0 {
		t.Skip("chroot needs root")
	}
	root := t.TempDir()
	program := filepath.Join(root, "sdrm")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", program, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	const limit = 20_000_000 // bytes, what a release may have
	if info, err := os.Stat(program); err != nil || info.Size() > limit {
		t.Errorf("the program has %d bytes, error %v, want at most %d", info.Size(), err, limit)
	}
	c := exec.Command("/sdrm", "verify", "--json")
	c.Dir, c.Env = "/", []string{}
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var r verify.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	if !r.OK || r.Failed != 0 || len(r.Checks) < 50 || !r.Guarded {
		t.Errorf("ok %v, %d of %d checks failed, guard pages %v", r.OK, r.Failed, len(r.Checks), r.Guarded)
	}
	left, err := os.ReadDir(root)
	if err != nil || len(left) != 1 {
		t.Errorf("%v are left in the root, error %v, want the program alone", left, err)
	}
}
