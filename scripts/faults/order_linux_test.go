package faults

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// call takes a line of strace's apart: the call, the file that its descriptor
// stands for, or one or two paths.
var call = regexp.MustCompile(`^[0-9]+ +([a-z]+)\((?:[0-9]+<([^>]*)>|AT_FDCWD<[^>]*>, "([^"]*)")(?:, AT_FDCWD<[^>]*>, "([^"]*)")?`)

// What a power cut must not undo is synced before what counts on it: a file
// before it gets its name, the folder before the next file gets its own, the
// metrics before the checkpoint.
func TestTheOrderOfSyncs(t *testing.T) {
	needStrace(t)
	s := prepare(t)
	for _, c := range commands {
		dir := s.at(c.name)
		s.copy(t, c.state, dir)
		o, called := strace(dir, c.args, nil)
		if o.code != 0 {
			t.Fatalf("%s: exit code %d: %s", c.name, o.code, o.stderr)
		}
		run := filepath.Join(dir, "run")
		unsynced := map[string]bool{}
		renames := 0
		for line := range strings.Lines(called) {
			m := call.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			switch name := filepath.Join(dir, m[3]); m[1] {
			case "write":
				unsynced[m[2]] = true
			case "fsync":
				delete(unsynced, m[2])
			case "mkdirat":
				unsynced[filepath.Dir(name)] = true
			case "renameat":
				renames++
				to := filepath.Join(dir, m[4])
				for _, before := range []string{name, dir, run} {
					if unsynced[before] {
						t.Errorf("%s: %s gets its name before %s is synced", c.name, to, before)
					}
				}
				if metrics := filepath.Join(run, "metrics.jsonl"); filepath.Base(to) == "checkpoint.safetensors" && unsynced[metrics] {
					t.Errorf("%s: %s gets its name before %s is synced", c.name, to, metrics)
				}
				unsynced[run] = true
			}
		}
		if renames == 0 || unsynced[run] {
			t.Errorf("%s: %d files got their names, the last is not synced: %v", c.name, renames, unsynced[run])
		}
	}
}
