package report

import (
	_ "embed"
	"html/template"
	"io"

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

// SweepHTML writes what a sweep found as one page.
func SweepHTML(w io.Writer, title string, t sweep.Table) error {
	v := struct {
		Style  template.CSS
		Title  string
		Tables []tableView
	}{Style: template.CSS(pageStyle), Title: title}
	for _, t := range sweepTables(t) {
		if shown := viewOf(t); shown != nil {
			v.Tables = append(v.Tables, *shown)
		}
	}
	return write(w, sweepPage, v)
}
