package faults

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
)

// The classes of what can go wrong.
const (
	stuck       = "stuck"         // what the message says to do does not help
	leftFile    = "left files"    // temporary ones
	wrongLines  = "wrong lines"   // of metrics.jsonl: lost, torn or doubled
	wrongDigest = "wrong digests" // of every other file
	untold      = "untold"        // the program failed otherwise than in one line with its code
)

var classes = []string{stuck, leftFile, wrongLines, wrongDigest, untold}

// A table counts trials and what went wrong in them, a row for each kind.
type table struct {
	t    *testing.T
	lock sync.Mutex
	rows map[string]*row // by kind
}

type row struct {
	trials int
	wrong  map[string]int
}

func newTable(t *testing.T) *table { return &table{t: t, rows: map[string]*row{}} }

// count counts a trial; class is empty if all was right.
func (x *table) count(kind, trial, class, text string) {
	x.lock.Lock()
	defer x.lock.Unlock()
	r := x.rows[kind]
	if r == nil {
		r = &row{wrong: map[string]int{}}
		x.rows[kind] = r
	}
	r.trials++
	if class != "" {
		r.wrong[class]++
		x.t.Errorf("%s: %s: %s: %s", kind, trial, class, strings.TrimSpace(text))
	}
}

// print writes the table into the test's log, with a row of sums.
func (x *table) print() {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	line := func(name string, r *row) {
		fmt.Fprintf(w, "%s\t%d", name, r.trials)
		for _, class := range classes {
			fmt.Fprintf(w, "\t%d", r.wrong[class])
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\ttrials\t%s\n", strings.Join(classes, "\t"))
	all := &row{wrong: map[string]int{}}
	for _, kind := range slices.Sorted(maps.Keys(x.rows)) {
		r := x.rows[kind]
		line(kind, r)
		all.trials += r.trials
		for class, n := range r.wrong {
			all.wrong[class] += n
		}
	}
	line("all", all)
	w.Flush()
	x.t.Logf("%s:\n%s", x.t.Name(), &text)
}

// each calls do with every trial, two at a time.
func each[T any](trials []T, do func(T)) {
	var all sync.WaitGroup
	defer all.Wait()
	next := make(chan T)
	defer close(next)
	for range 2 {
		all.Go(func() {
			for trial := range next {
				do(trial)
			}
		})
	}
	for _, trial := range trials {
		next <- trial
	}
}
