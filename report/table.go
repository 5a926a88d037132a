package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"sdrm/internal/nullable"
	"sdrm/internal/plain"
)

// missing stands in tables for a figure that is not there.
const missing = "–"

func format[T ~float64](x T, digits int) string {
	if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
		return missing
	}
	return fmt.Sprintf("%.*f", digits, float64(x))
}

// interval returns a figure with the bounds of its interval, if it has one.
func interval(x, low, high nullable.Float) string {
	return strings.TrimSpace(format(x, 3) + " " + bounds(low, high))
}

// bounds returns an interval in brackets, or nothing.
func bounds(low, high nullable.Float) string {
	if low.IsNaN() || high.IsNaN() {
		return ""
	}
	return fmt.Sprintf("[%s, %s]", format(low, 3), format(high, 3))
}

// table is a part of a text: rows under a head, or lines if it has none.
type table struct {
	title string // may be empty
	head  []string
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// A Style is a way to write tables as text.
type Style int

// The styles.
const (
	Terminal Style = iota // aligned columns
	Markdown              // as GitHub reads them
)

// write writes tables with an empty line between them; those without rows are
// left out.
func (s Style) write(w io.Writer, tables ...table) error {
	started := false
	for _, t := range tables {
		if len(t.rows) == 0 {
			continue
		}
		var b strings.Builder
		if started {
			b.WriteByte('\n')
		}
		started = true
		switch {
		case t.title == "":
		case s == Markdown:
			fmt.Fprintf(&b, "**%s**\n\n", t.title)
		default:
			fmt.Fprintln(&b, t.title)
		}
		if s == Markdown {
			t.markdown(&b)
		} else {
			t.aligned(&b)
		}
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// join joins cells, of which each is made harmless.
func join(cells []string, between string, harmless func(string) string) string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		out[i] = harmless(cell)
	}
	return strings.Join(out, between)
}

func (t table) aligned(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	if t.head != nil {
		fmt.Fprintln(w, join(t.head, "\t", plain.Line))
	}
	for _, row := range t.rows {
		fmt.Fprintln(w, join(row, "\t", plain.Line))
	}
	w.Flush() // a Builder takes everything
}

func (t table) markdown(b *strings.Builder) {
	line := func(cells []string) { fmt.Fprintf(b, "| %s |\n", join(cells, " | ", plain.Markdown)) }
	if t.head == nil {
		for _, row := range t.rows {
			fmt.Fprintf(b, "* %s\n", join(row, " ", plain.Markdown))
		}
		return
	}
	line(t.head)
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(t.head)))
	for _, row := range t.rows {
		line(row)
	}
}
