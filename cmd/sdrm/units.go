package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"sdrm/experiment/judge"
)

// units tells how far work is that consists of units: on a terminal in a line that
// is rewritten, elsewhere in a line for each unit that is finished.
type units struct {
	*statusLine
	lead func() string // begins every line

	began time.Time // of what this program does
	first int       // units that others had finished before
	done  int
	unit  time.Time // began the one at hand
	name  string    // of it
}

// newUnits returns the progress of a command, told on w.
func newUnits(w io.Writer, name string) *units {
	return &units{statusLine: newStatusLine(w), lead: func() string { return name }}
}

// watch returns how a judgement is watched that keeps what is finished in k.
func (u *units) watch(k judge.Keeper) judge.Work {
	return judge.Work{OnProgress: u.judged, Keeper: k}
}

func (u *units) judged(p judge.Progress) {
	name := p.Name
	if p.Level != "" {
		name += " at " + p.Level
	}
	if p.Set != "" {
		name += ", " + p.Set
	}
	u.on(name, p.Done, p.All, p.Share)
}

// on is told of a unit, how many are finished, of how many, and the share of this
// one that is done: 1 if it is finished.
func (u *units) on(name string, done, all int, share float64) {
	now := time.Now()
	if u.began.IsZero() {
		u.began, u.first = now, done
	}
	// The number of those that are finished changes where the one at hand ends, too.
	changed := name != u.name || done != u.done && share < 1
	if changed || u.unit.IsZero() {
		u.name, u.done, u.unit = name, done, now
	}
	if share == 1 {
		if !u.rewrites {
			u.print("%s  %d/%d  %s  %.1f s", u.lead(), done, all, name, now.Sub(u.unit).Seconds())
		}
		u.unit = time.Time{}
		return
	}
	if u.due() || changed {
		u.rewrite("%s", u.line(name, done, all, share, now))
	}
}

// line tells of a unit at hand.
func (u *units) line(name string, done, all int, share float64, now time.Time) string {
	text := []string{u.lead(), fmt.Sprintf("%d/%d", done, all)}
	if name != "" {
		text = append(text, name)
	}
	if share > 0 {
		text = append(text, fmt.Sprintf("%.0f %%", 100*share))
	}
	if eta, ok := u.eta(done, all, share, now); ok {
		text = append(text, fmt.Sprintf("ETA %v", eta.Round(time.Second)))
	}
	return strings.Join(text, "  ")
}

// eta returns how long the rest will take if the units that are left take as long as
// those before them did on average, and the one at hand goes on as it began.
func (u *units) eta(done, all int, share float64, now time.Time) (left time.Duration, ok bool) {
	own := now.Sub(u.unit)
	worked := done - u.first
	if share > 0 {
		left = time.Duration(float64(own) * (1 - share) / share)
	}
	if all-done > 1 || share == 0 {
		if worked == 0 {
			return 0, false
		}
		mean := u.unit.Sub(u.began) / time.Duration(worked)
		left += mean * time.Duration(all-done-1)
		if share == 0 {
			left += max(0, mean-own)
		}
	}
	return left, true
}
