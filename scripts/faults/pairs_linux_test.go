package faults

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

var pairCount = flag.Int("pairs", 17, "pairs of programs at once")

// pairs are what is done at once, and the state that it is done to.
var pairs = []struct {
	name, state string
	args        [2][]string
}{
	{"start, start", absent, [2][]string{train, train}},
	{"start, resume", absent, [2][]string{train, resume}},
	{"start, import", absent, [2][]string{train, adopt}},
	{"start, report", absent, [2][]string{train, report}},
	{"import, import", absent, [2][]string{adopt, adopt}},
	{"resume, resume", begun, [2][]string{resume, resume}},
	{"resume, start", begun, [2][]string{resume, train}},
	{"resume, report", begun, [2][]string{resume, report}},
	{"resume, detect", begun, [2][]string{resume, detect}},
	{"resume, import", begun, [2][]string{resume, adopt}},
	{"detect, detect", trained, [2][]string{detect, detectOther}},
	{"detect, the same", saved, [2][]string{detect, detect}},
	{"measure, measure", trained, [2][]string{measure, measure}},
	{"measure, detect", saved, [2][]string{measure, detect}},
	{"report, detect", saved, [2][]string{report, detect}},
	{"report, resume", saved, [2][]string{report, resume}},
	{"eval, export", saved, [2][]string{eval, export}},
}

// Two programs at once leave what they leave one after the other, in one of the
// two orders; one that fails says why, and leaves what the other one does.
func TestTwoProgramsAtOnce(t *testing.T) {
	s := prepare(t)
	x := newTable(t)
	defer x.print()
	var lock sync.Mutex
	known := map[string]snapshot{}
	inTurn := func(state string, commands ...[]string) snapshot {
		lock.Lock()
		defer lock.Unlock()
		key := fmt.Sprint(state, commands)
		if known[key] == nil {
			dir := s.at(fmt.Sprint("in-turn-", len(known)))
			s.copy(t, state, dir)
			for _, args := range commands {
				sdrm(dir, args)
			}
			known[key] = lookBetween(dir, state)
		}
		return known[key]
	}
	trials := make([]int, *pairCount)
	for i := range trials {
		trials[i] = i
	}
	each(trials, func(i int) {
		p := pairs[i%len(pairs)]
		dir := s.at(fmt.Sprint("pair-", i))
		defer os.RemoveAll(dir)
		s.copy(t, p.state, dir)
		// Of the first round both begin at once, of the others one later and later.
		first := start(dir, binary, p.args[0]...)
		time.Sleep(time.Duration(i/len(pairs)) * 10 * time.Millisecond)
		second := start(dir, binary, p.args[1]...)
		outcomes := [2]outcome{first.end(), second.end()}
		var succeeded [][]string
		for j, o := range outcomes {
			if o.code == 0 {
				succeeded = append(succeeded, p.args[j])
			} else if !o.told() || !strings.Contains(o.stderr, "sdrm: run") {
				x.count(p.name, fmt.Sprint(i), untold, fmt.Sprintf("%v: exit code %d: %s", p.args[j], o.code, o.stderr))
				return
			}
		}
		var class, text string
		found := lookBetween(dir, p.state)
		switch len(succeeded) {
		case 0:
			class, text = stuck, outcomes[0].stderr+outcomes[1].stderr
		case 1:
			class, text = found.differ(inTurn(p.state, succeeded...))
		case 2:
			if class, text = found.differ(inTurn(p.state, p.args[0], p.args[1])); class != "" {
				class, text = found.differ(inTurn(p.state, p.args[1], p.args[0]))
			}
		}
		x.count(p.name, fmt.Sprint(i), class, text)
	})
}

// lookBetween reads the run's folder, but for what a report says that may have been
// written while the run was trained: it is about that moment.
func lookBetween(dir, state string) snapshot {
	s := look(dir)
	if _, ok := s["report.html"]; ok && (state == absent || state == begun) {
		s["report.html"] = "of a moment"
	}
	return s
}
