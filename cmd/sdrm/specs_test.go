package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/plan"
	"sdrm/experiment/spec"
	"sdrm/internal/regular"
	"sdrm/mmd"
	"sdrm/models"
)

// shipped is the folder of specs and plans that the project ships.
const shipped = "../../specs"

// What is shipped is right, and between them the plans name all that there is.
func TestShippedSpecs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shipped, "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d specs, %v", len(files), err)
	}
	for _, file := range files {
		text, err := regular.Read(file, 1<<16)
		if err == nil && strings.Contains(string(text), "\n[axes]\n") {
			_, err = plan.Read(file)
		} else if err == nil {
			_, err = spec.Read(file)
		}
		if err != nil {
			t.Error(err)
		}
	}
	ofUser := func(name string) bool {
		s, err := datasets.Find(name)
		return err == nil && s.Folder == "."
	}
	for _, c := range []struct {
		file, key string
		want      []string
	}{
		{"attacks.toml", "attack.name", attacks.Names()},
		{"models.toml", "model.name", models.Names()},
		{"datasets.toml", "data.set", slices.DeleteFunc(datasets.Names(), ofUser)},
		{"regularisers.toml", "mmd.regulariser", mmd.RegulariserNames()},
	} {
		p, err := plan.Read(filepath.Join(shipped, c.file))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(p.Axes, func(a plan.Axis) bool { return a.Key == c.key })
		if i < 0 {
			t.Fatalf("%s: has no axis %s", c.file, c.key)
		}
		var found []string
		for _, v := range p.Axes[i].Values {
			found = append(found, fmt.Sprint(v))
		}
		if slices.Sort(found); !slices.Equal(found, slices.Sorted(slices.Values(c.want))) {
			t.Errorf("%s: %s is %v, want %v", c.file, c.key, found, c.want)
		}
	}
	p, err := plan.Read(filepath.Join(shipped, "detectors.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(defenses.Names(), p.Cells[0].Spec.Detect.Detectors); d != "" {
		t.Errorf("detectors.toml: %s", d)
	}
}

// What can be named has a row on the page that says what it is; of detectors the tests
// of theirs say so.
func TestDocumentsHaveARowForEachName(t *testing.T) {
	poisons := slices.DeleteFunc(attacks.Names(), func(name string) bool { return name == attacks.None })
	for _, c := range []struct {
		page, head, row string
		names           []string
	}{
		{"method.md", "| step | what | function | whose |", "`%s`", datasets.Names()},
		{"method.md", "| attack | image | function | whose |", "\n| `%s` |", poisons},
		{"method.md", "## 3. Models and levels\n\n| what | function | whose |", "`%s`", models.Names()},
		{"method.md", "| name | distance of a level | function | whose |", "\n| `%s` |", mmd.RegulariserNames()},
		{"coming-from.md", "| here | BackdoorBench, `config/attack` |", "`%s`", attacks.Names()},
	} {
		text, err := regular.Read(filepath.Join("../../docs", c.page), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		_, table, found := strings.Cut(string(text), "\n"+c.head)
		if !found {
			t.Errorf("docs/%s: has no table that begins with %q", c.page, c.head)
		}
		table, _, _ = strings.Cut(table, "\n\n")
		for _, name := range c.names {
			if !strings.Contains(table, fmt.Sprintf(c.row, name)) {
				t.Errorf("docs/%s: the table that begins with %q has no row of %s", c.page, c.head, name)
			}
		}
	}
}

// The demo is the shipped spec of it, with the flags that stand there.
func TestDemoIsItsSpec(t *testing.T) {
	file := filepath.Join(shipped, "demo.toml")
	for _, c := range []struct {
		train, demo string // flags
		run         int    // of the demo
	}{{"", "", 1}, {"--lambda 0 --name regular", "", 0}, {"--lambda 0 --attack none --name control", "--attack none", 0}} {
		train, demo := newTrain(&globals{}), newDemo(&globals{})
		if err := errors.Join(train.ParseFlags(strings.Fields(c.train)), demo.ParseFlags(strings.Fields(c.demo))); err != nil {
			t.Fatal(err)
		}
		got, err := specOf(train, []string{file}, "")
		if err != nil {
			t.Fatal(err)
		}
		want, err := demoSpecs(demo.Flags())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want[c.run], got); d != "" {
			t.Errorf("train %s %s: %s", file, c.train, d)
		}
	}
}
