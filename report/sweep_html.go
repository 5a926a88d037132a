package report

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"

	"sdrm/experiment/sweep"
)

//go:embed sweep.html
var sweepText string

var sweepPage = template.Must(template.New("sweep").Parse(sweepText))

// tableView is a table as a page shows it.
type tableView struct {
	Title string
	Head  []string
	Rows  [][]string
}

// viewOf returns a table as a page shows it, nil if it has no rows.
func viewOf(t table) *tableView {
	if t.rows == nil {
		return nil
	}
	return &tableView{t.title, t.head, t.rows}
}

// sweepView is a table of a sweep, whose rows are grouped by setting.
type sweepView struct {
	Title, Short string
	Head         []string
	Rows         []sweepRow
}

// sweepRow is a row with what it repeats of the one above.
type sweepRow struct {
	Cells []string
	First bool // of its setting, in a table that has a row a detector
	Again int  // cells that say which setting it is, if it is not the first
}

func newSweepView(t table) sweepView {
	v := sweepView{Title: t.title, Head: t.head}
	v.Short, _, _ = strings.Cut(t.title, ":")
	setting := max(slices.Index(t.head, "detector"), 0)
	for i, cells := range t.rows {
		row := sweepRow{Cells: cells, First: setting > 0}
		if i > 0 && setting > 0 && slices.Equal(cells[:setting], t.rows[i-1][:setting]) {
			row.First, row.Again = false, setting
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// SweepHTML writes what a sweep found as one page.
func SweepHTML(w io.Writer, title string, t sweep.Table) error {
	v := struct {
		Style  template.CSS
		Title  string
		Tables []sweepView
	}{Style: template.CSS(pageStyle), Title: title}
	for _, t := range sweepTables(t) {
		if len(t.rows) > 0 {
			v.Tables = append(v.Tables, newSweepView(t))
		}
	}
	return write(w, sweepPage, v)
}
