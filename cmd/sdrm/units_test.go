package main

import (
	"bytes"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"sdrm/experiment/judge"
)

// The rest takes as long as what was done, from when this program began, on average.
func TestUnitsTellHowLongTheRestTakes(t *testing.T) {
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	u := &units{lead: func() string { return "a" }, began: at(0), unit: at(10), first: 2}
	for _, c := range []struct {
		done, all int
		share     float64
		want      string
	}{
		{4, 8, 0, "a  4/8  b  ETA 18s"},         // 5 s each, and 3 s of the one at hand
		{4, 8, 0.5, "a  4/8  b  50 %  ETA 17s"}, // 2 s of the one at hand
		{7, 8, 0.25, "a  7/8  b  25 %  ETA 6s"},
		{2, 8, 0.5, "a  2/8  b  50 %"}, // nothing is known of the others
		{2, 3, 0, "a  2/3  b"},
	} {
		if got := u.line("b", c.done, c.all, c.share, at(12)); got != c.want {
			t.Errorf("found %q, want %q", got, c.want)
		}
	}
}

func TestUnitsAreToldInLinesOrInOne(t *testing.T) {
	ss := judge.Unit{Name: "ss", Level: "s1", Set: "test\x1b"}
	told := []judge.Progress{
		{Unit: judge.Unit{Name: "BA"}, Done: 0, All: 2, Share: 0}, {Unit: judge.Unit{Name: "BA"}, Done: 1, All: 2, Share: 1},
		{Unit: ss, Done: 1, All: 2, Share: 0}, {Unit: ss, Done: 1, All: 2, Share: 0.5}, {Unit: ss, Done: 2, All: 2, Share: 1},
	}
	for _, terminal := range []bool{false, true} {
		var b bytes.Buffer
		u := newUnits(&b, "detect")
		u.rewrites = terminal
		for _, p := range told {
			u.judged(p)
		}
		u.clear()
		text := regexp.MustCompile(`[0-9.]+ s`).ReplaceAllString(b.String(), "1 s")
		text = regexp.MustCompile(`  ETA [0-9]+s`).ReplaceAllString(text, "")
		const clear = "\r\x1b[K"
		want := "detect  1/2  BA  1 s\ndetect  2/2  ss at s1, test\\u001b  1 s\n"
		if terminal {
			want = clear + "detect  0/2  BA" + clear + "detect  1/2  ss at s1, test\\u001b" + clear
		}
		if text != want {
			t.Errorf("terminal %v: found %q, want %q", terminal, text, want)
		}
	}
}

// Each unit is told with the time that it took itself, of the same name or not.
func TestUnitsTellHowLongEachTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		u := newUnits(&b, "a")
		for done, name := range []string{"b", "c", "c"} {
			u.on(name, done, 3, 0)
			time.Sleep(time.Second)
			u.on(name, done, 3, 0.5)
			time.Sleep(time.Duration(done) * time.Second)
			u.on(name, done+1, 3, 1)
			time.Sleep(time.Minute) // of something that is not told
		}
		if got, want := b.String(), "a  1/3  b  1.0 s\na  2/3  c  2.0 s\na  3/3  c  3.0 s\n"; got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	})
}
