package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/hostile"
)

// spoil puts a text into every string of a value but for the rules and sets by
// which tables choose.
func spoil(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), text)
		}
	case reflect.String:
		if s := v.String(); s != judge.TestSet && s != score.RuleBest && s != score.RuleCanonical && s != "step" && s != "epoch" {
			v.SetString(text)
		}
	}
}

// written returns all that is written of an entry with a text in every field: for
// terminals, as Markdown, as a page.
func written(t *testing.T, text string) (terminal, markdown, page string) {
	t.Helper()
	e := saved("x", 0.1, 0.6)
	spoil(reflect.ValueOf(&e).Elem(), text)
	e.Spec.Data.Set, e.Spec.Attack.Name = "cifar10", "blended" // which are checked wherever a spec comes from
	results := []judge.Result{e.Result}
	detected := judge.Detected{Name: e.Result.Name, Detectors: e.Result.Detectors, Skipped: e.Result.Skipped}
	var out, md, html strings.Builder
	for _, err := range []error{
		Text(&out, results), RatesText(&out, results), DistancesText(&out, results), MeasuredText(&out, *e.Measured),
		DetectorsText(&out, []judge.Detected{detected}), Verdict(&out, results), Terminal.Write(&out, []Entry{e}),
		Markdown.Write(&md, []Entry{e}), HTML(&html, []Entry{e}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String(), md.String(), html.String()
}

// tags are the elements of a page and the names of their attributes, in order.
func tags(t *testing.T, page string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta"}, xml.HTMLEntity
	var b strings.Builder
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tag := token.(type) {
		case xml.StartElement:
			fmt.Fprintf(&b, "<%s", tag.Name.Local)
			for _, a := range tag.Attr {
				fmt.Fprintf(&b, " %s", a.Name.Local)
			}
			b.WriteByte('>')
		case xml.EndElement:
			fmt.Fprintf(&b, "</%s>", tag.Name.Local)
		case xml.Comment, xml.ProcInst:
			b.WriteString("<!>")
		}
	}
}

// live finds in a line of Markdown what GitHub would obey of a text: a tag or an
// entity that is not ours, code, emphasis, a link, an address. What is escaped is
// made a letter before it looks.
var (
	escaped = regexp.MustCompile("\\\\[\\\\`*_~|#$\\]\\[]|&(lt|gt|amp|#58|#46|#64);")
	live    = regexp.MustCompile("[<>&`*_~#$\\\\@]|\\][(\\[:]|://|www\\.")
)

// Whatever a spec or a result holds, nothing of it reaches a terminal raw, and no
// line, cell or tag is there that is not there of a harmless text.
func TestHostileTexts(t *testing.T) {
	terminal, markdown, page := written(t, "x")
	lines, rows, structure := strings.Count(terminal, "\n"), strings.Split(markdown, "\n"), tags(t, page)
	for i := range hostile.Texts {
		text := hostile.Text(i)
		gotTerminal, gotMarkdown, gotPage := written(t, text)
		for where, got := range map[string]string{"terminal": gotTerminal, "Markdown": gotMarkdown, "page": gotPage} {
			if r, raw := hostile.Raw(got); raw {
				t.Errorf("text %d, %.60q: %s has a raw %q", i, text, where, r)
			}
		}
		if got := strings.Count(gotTerminal, "\n"); got != lines {
			t.Errorf("text %d, %.60q: %d lines on a terminal, want %d", i, text, got, lines)
		}
		gotRows := strings.Split(gotMarkdown, "\n")
		if len(gotRows) != len(rows) {
			t.Fatalf("text %d, %.60q: %d lines of Markdown, want %d", i, text, len(gotRows), len(rows))
		}
		for k, row := range gotRows {
			bare := escaped.ReplaceAllString(row, "e")
			if got, want := strings.Count(bare, "|"), strings.Count(rows[k], "|"); got != want {
				t.Errorf("text %d, %.60q: %d bars in a row of Markdown, want %d: %.200q", i, text, got, want, row)
			}
			if found := live.FindString(strings.TrimPrefix(bare, "* ")); found != "" {
				t.Errorf("text %d, %.60q: Markdown obeys %q of %.200q", i, text, found, row)
			}
		}
		if tags(t, gotPage) != structure {
			t.Errorf("text %d, %.60q: the page has other tags", i, text)
		}
		if t.Failed() {
			return
		}
	}
}
