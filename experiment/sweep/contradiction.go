package sweep

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sdrm/internal/fault"
	"sdrm/internal/nullable"
)

// contradiction returns an error if two runs of one spec found different things:
// other data, other weights, or other figures about them.
func contradiction(a, b Status) error {
	where := a.Dir + " and " + b.Dir
	if a.Dir == b.Dir {
		where = "two lines of " + a.Dir
	}
	for _, digest := range []struct{ of, a, b string }{
		{"the images", a.Record.DataSHA256, b.Record.DataSHA256},
		{"the weights", a.Record.WeightsSHA256, b.Record.WeightsSHA256},
	} {
		if digest.a != digest.b {
			return fault.Inputf("%s: are of one spec, cell %d (%s), but %s have SHA-256 %.16s… and %.16s…",
				where, a.Cell.Number, a.Cell.Name, digest.of, digest.a, digest.b)
		}
	}
	if d := firstDifference(a.Record.Figures, b.Record.Figures); d != nil {
		return fault.Inputf("%s: are of one spec, cell %d (%s), and of the same weights, but their figures differ: %s is %s and %s",
			where, a.Cell.Number, a.Cell.Name, d.of, cmp.Or(d.a, "missing"), cmp.Or(d.b, "missing"))
	}
	return nil
}

// difference is a figure that two records have otherwise, or only one of them.
type difference struct{ of, a, b string }

// firstDifference returns the first figure in which two lists differ to the last bit, nil
// if they are the same.
func firstDifference(a, b []Figure) *difference {
	at := func(list []Figure, id FigureID) int {
		return slices.IndexFunc(list, func(f Figure) bool { return f.FigureID == id })
	}
	for _, f := range a {
		if i := at(b, f.FigureID); i < 0 {
			return &difference{f.title(), f.text(), ""}
		} else if !f.equal(b[i]) {
			return &difference{f.title(), f.text(), b[i].text()}
		}
	}
	for _, f := range b {
		if at(a, f.FigureID) < 0 {
			return &difference{f.title(), "", f.text()}
		}
	}
	if !slices.EqualFunc(a, b, func(f, g Figure) bool { return f.FigureID == g.FigureID }) {
		return &difference{"the order", "one", "another"}
	}
	return nil
}

// lateIntervals are the figures whose intervals older programs did not keep.
var lateIntervals = []string{BA, ASR, MMD, Flagged}

// equal compares two figures of one kind and their intervals; of lateIntervals these
// only if both have one.
func (f Figure) equal(g Figure) bool {
	if slices.Contains(lateIntervals, f.Name) && (f.Interval == nil || g.Interval == nil) {
		f.Interval, g.Interval = nil, nil
	}
	return f.text() == g.text()
}

// title says what the figure is of.
func (id FigureID) title() string {
	return strings.Join(slices.DeleteFunc([]string{id.Name, id.Detector, id.Level}, func(s string) bool { return s == "" }), " ")
}

// text is the figure to the last bit, with its interval if it has one.
func (f Figure) text() string {
	number := func(x nullable.Float) string {
		text, err := x.MarshalJSON()
		if err != nil || string(text) == "null" {
			return "no value"
		}
		return string(text)
	}
	if f.Interval == nil {
		return number(f.Value)
	}
	return fmt.Sprintf("%s (%s to %s)", number(f.Value), number(f.Interval[0]), number(f.Interval[1]))
}
