package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	faultCount = flag.Int("faults", 30, "system calls to let fail, 0 for every one")
	killCount  = flag.Int("kills", 10, "kills at random moments")
)

// A command is tried from a state; again continues it after a fault.
type command struct {
	name, state string
	args        []string
}

var commands = []*command{
	{"train", absent, train},
	{"resume", begun, resume},
	{"import", absent, adopt},
	{"detect", saved, detect},
	{"measure", saved, measure},
	{"report", saved, report},
}

// again returns the command line that goes on in dir after a fault: the same,
// but for a run that has begun, which is resumed, as the message says.
func (c *command) again(dir string) []string {
	if _, err := os.Stat(filepath.Join(dir, "run", "spec.toml")); c.state == absent && err == nil {
		return resume
	}
	return c.args
}

// calls are the system calls that fail.
var calls = words("mkdirat openat newfstatat flock getdents64 read write lseek ftruncate fchmod fsync close renameat unlinkat")

// failures are the ways in which they do, in words of strace.
var failures = []string{"signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR"}

// A fault is a failure of the Nth call of every thread, of which the first is the
// one that counts: seldom does more than one thread call much.
type fault struct {
	*command
	call, failure string
	n             int
}

func (f fault) kind() string { return f.name + " " + f.failure }

func (f fault) String() string { return fmt.Sprintf("%s %d", f.call, f.n) }

// strace runs a command line in dir and returns what it called. The fault, if
// there is one, hits.
func strace(dir string, args []string, f *fault) (o outcome, called string) {
	options := []string{"-f", "-qq", "-y", "-o", "trace", "-e", "trace=" + strings.Join(calls, ",")}
	if f != nil {
		options = append(options, "-e", fmt.Sprintf("inject=%s:%s:when=%d", f.call, f.failure, f.n))
	}
	o = start(dir, "strace", slices.Concat(options, []string{binary, "--threads", "1"}, args)...).end()
	text, err := os.ReadFile(filepath.Join(dir, "trace"))
	if err != nil {
		o.stderr += err.Error()
	}
	return o, string(text)
}

// times counts how often a call is in what strace wrote.
func times(call, called string) int {
	return len(regexp.MustCompile(`(?m)^[0-9]+ +`+call+`\(`).FindAllString(called, -1))
}

// needStrace skips a short test where there is no strace.
func needStrace(t *testing.T) {
	if out, err := exec.Command("strace", "-qq", "-o", "/dev/null", "true").CombinedOutput(); err != nil && *faultCount != 0 {
		t.Skipf("strace does not work here: %v: %s", err, out)
	}
}

// Whatever system call fails or is the last one before the program is killed,
// and whenever it is killed: who goes on as the message says has, to the byte,
// what an undisturbed program gives, and nothing else.
func TestNothingIsLostByFaults(t *testing.T) {
	needStrace(t)
	s := prepare(t)
	var faults []fault
	places, hit := 0, map[string]bool{} // calls of all commands, and of those the ones that failed
	wants := map[string]snapshot{}
	for _, c := range commands {
		dir := s.at("straight-" + c.name)
		s.copy(t, c.state, dir)
		o, called := strace(dir, c.args, nil)
		if o.code != 0 {
			t.Fatalf("%s: exit code %d: %s", c.name, o.code, o.stderr)
		}
		wants[c.name] = look(dir)
		for _, call := range calls {
			n := times(call, called)
			places += n
			for _, failure := range failures {
				for i := range n {
					faults = append(faults, fault{c, call, failure, i + 1})
				}
			}
		}
	}
	if *faultCount > 0 {
		faults = spread(faults, *faultCount)
	}

	x := newTable(t)
	defer x.print()
	each(faults, func(f fault) {
		dir := s.at(strings.ReplaceAll(fmt.Sprint(f.name, f.failure, f), " ", "-"))
		defer os.RemoveAll(dir)
		s.copy(t, f.state, dir)
		o, called := strace(dir, f.args, &f)
		if o.code != -1 && !strings.Contains(called, "(INJECTED)") {
			return // another thread made the Nth call
		}
		class, text := goOn(f.command, dir, o, wants[f.name])
		if class == untold && mute.MatchString(called) {
			class = ""
		}
		f.n = times(f.call, called)
		x.count(f.kind(), f.String(), class, text)
		x.lock.Lock()
		defer x.lock.Unlock()
		hit[f.name+f.String()] = true
	})
	t.Logf("%d of the %d calls of these commands failed or were the last one", len(hit), places)
}

// mute finds a message that could not be written because that failed too.
var mute = regexp.MustCompile(`write\(2<.*\(INJECTED\)`)

// spread picks n of the faults: the same ones always, and of every command and
// call as many as of another.
func spread(faults []fault, n int) []fault {
	groups := map[string]int{}
	order := map[fault]int{}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
	for _, f := range faults {
		group := f.name + f.call
		order[f] = groups[group]
		groups[group]++
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return order[a] - order[b] })
	return faults[:min(n, len(faults))]
}

// goOn does what has to be done after a fault and says what is wrong then.
func goOn(c *command, dir string, o outcome, want snapshot) (class, text string) {
	switch {
	case o.code == 0:
		if class, text := look(dir).differ(want); class != leftFile {
			return class, text
		}
	case o.code != -1 && !o.told():
		return untold, fmt.Sprintf("exit code %d: %s", o.code, o.stderr)
	}
	args := c.again(dir)
	if o := sdrm(dir, args); o.code != 0 {
		return stuck, fmt.Sprintf("%v: exit code %d: %s", args, o.code, o.stderr)
	}
	return look(dir).differ(want)
}

// The same for kills at any moment, also of a program that goes on after one.
func TestNothingIsLostByKills(t *testing.T) {
	s := prepare(t)
	wants := map[string]snapshot{}
	took := map[string]time.Duration{}
	for _, c := range commands {
		dir := s.at("straight-" + c.name)
		began := time.Now()
		s.do(t, c.state, dir, c.args)
		wants[c.name], took[c.name] = look(dir), time.Since(began)
	}
	x := newTable(t)
	defer x.print()
	trials := make([]int, *killCount)
	for i := range trials {
		trials[i] = i
	}
	each(trials, func(i int) {
		c := commands[i%len(commands)]
		random := rand.New(rand.NewPCG(uint64(i), 3))
		dir := s.at(fmt.Sprint("kill-", i))
		defer os.RemoveAll(dir)
		s.copy(t, c.state, dir)
		args, o := c.args, outcome{}
		for range 1 + random.IntN(3) {
			p := start(dir, binary, args...)
			time.Sleep(time.Duration(random.Int64N(int64(took[c.name]))))
			if p.err == nil {
				p.Process.Kill()
			}
			if o = p.end(); o.code != -1 {
				break
			}
			args = c.again(dir)
		}
		class, text := goOn(c, dir, o, wants[c.name])
		x.count(c.name, fmt.Sprint("kill ", i), class, text)
	})
}
