package faults

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// binary is the program under test, and limit how long it may take for anything
// that is done here.
var binary string

const limit = 2 * time.Minute

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(dir, "sdrm")
	build := exec.Command("go", "build", "-o", binary, "sdrm/cmd/sdrm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		log.Fatalf("%v: %s", err, out)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// The command lines. They are called beside the run's folder, the weights and
// the spec that an import takes.
var (
	train = words("train --data synthetic --model vgg5 --train-limit 32 --test-limit 20 --batch 16" +
		" --epochs 2 --milestones 1 --rate 0.5 --out run")
	resume      = words("train --resume --out run")
	detect      = words("detect run --detectors ac --save")
	detectOther = words("detect run --detectors ss --save")
	measure     = words("measure run --levels named --permutations 0 --resamples 0 --save")
	report      = words("report run")
	eval        = words("eval run")
	export      = words("weights export run -o exported")
	adopt       = words("weights import weights spec.toml --out run")
)

func words(line string) []string { return strings.Fields(line) }

// A process is one that was started in a folder.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
	cancel context.CancelFunc
	err    error
}

func start(dir, program string, args ...string) *process {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	p := &process{Cmd: exec.CommandContext(ctx, program, args...), cancel: cancel}
	p.Dir, p.Stderr = dir, &p.stderr
	// One thread of Go's at a time: strace counts the calls of each thread.
	p.Env = append(os.Environ(), "GOMAXPROCS=1")
	p.err = p.Start()
	return p
}

// An outcome is how a process ended.
type outcome struct {
	code   int // -1 if it was killed
	stderr string
}

func (p *process) end() outcome {
	defer p.cancel()
	if p.err != nil {
		return outcome{127, p.err.Error()}
	}
	p.Wait()
	return outcome{p.ProcessState.ExitCode(), p.stderr.String()}
}

// sdrm runs the program in dir.
func sdrm(dir string, args []string) outcome { return start(dir, binary, args...).end() }

// finished finds a line about an epoch or a unit of a judgement.
var finished = regexp.MustCompile(`  (epoch )?[0-9]+/[0-9]+  `)

// told tells whether a program that failed said why in one line, after the lines
// about what it finished, with a code that says what it is.
func (o outcome) told() bool {
	lines := slices.DeleteFunc(strings.SplitAfter(o.stderr, "\n"), func(l string) bool { return l == "" || finished.MatchString(l) })
	return (o.code == 1 || o.code == 3) && len(lines) == 1 && strings.HasPrefix(lines[0], "sdrm: ")
}

// The states of a run's folder that trials begin with.
const (
	absent  = "absent"  // there is no run
	begun   = "begun"   // it was killed after the first checkpoint
	trained = "trained" // it is whole
	saved   = "saved"   // and a detector's verdict is saved
)

// states is where folders in each of them lie.
type states struct{ dir string }

func (s states) at(name string) string { return filepath.Join(s.dir, name) }

// copy copies a state to a new folder.
func (s states) copy(t *testing.T, name, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(s.at(name))); err != nil {
		t.Error(err)
	}
}

// do copies a state to a new folder and runs the commands there, which must
// succeed.
func (s states) do(t *testing.T, state, to string, commands ...[]string) {
	t.Helper()
	s.copy(t, state, to)
	for _, args := range commands {
		if o := sdrm(to, args); o.code != 0 {
			t.Fatalf("sdrm %v: exit code %d: %s", args, o.code, o.stderr)
		}
	}
}

// prepare makes the states.
func prepare(t *testing.T) states {
	s := states{t.TempDir()}
	if err := os.Mkdir(s.at("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.do(t, "empty", s.at("first"), train, words("weights export run -o weights"))
	s.copy(t, "first", s.at(absent))
	if err := os.Rename(s.at(absent+"/run/spec.toml"), s.at(absent+"/spec.toml")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(s.at(absent + "/run")); err != nil {
		t.Fatal(err)
	}
	s.do(t, absent, s.at(trained), train)
	s.do(t, trained, s.at(saved), detectOther)
	for !s.begin(t) {
		if err := os.RemoveAll(s.at(begun)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// begin makes the state of a run that is killed as soon as there is a checkpoint.
// It returns false if the run was whole before.
func (s states) begin(t *testing.T) bool {
	t.Helper()
	s.copy(t, absent, s.at(begun))
	p := start(s.at(begun), binary, train...)
	for began := time.Now(); time.Since(began) < limit; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(s.at(begun + "/run/checkpoint.json")); err == nil {
			p.Process.Kill()
			return p.end().code == -1
		}
	}
	t.Fatalf("a run without a checkpoint: %v", p.end())
	return false
}

// A snapshot holds the contents of a run's folder by the names of its files.
type snapshot map[string]string

// clock is what of the contents depends on the time that something took.
var clock = regexp.MustCompile(`,"seconds":[0-9.e-]+`)

// look reads the run's folder.
func look(dir string) snapshot {
	s := snapshot{}
	dir = filepath.Join(dir, "run")
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		s[e.Name()] = clock.ReplaceAllString(string(text), "")
		if err != nil {
			s[e.Name()] = err.Error()
		}
	}
	return s
}

// differ says what is not as in want, and of which class that is.
func (s snapshot) differ(want snapshot) (class, text string) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if _, ok := want[name]; !ok {
			return leftFile, name
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch {
		case s[name] == want[name]:
		case name == "metrics.jsonl":
			return wrongLines, fmt.Sprintf("%s, want %s", s[name], want[name])
		default:
			return wrongDigest, fmt.Sprintf("%s: %d bytes, want %d", name, len(s[name]), len(want[name]))
		}
	}
	return "", ""
}
