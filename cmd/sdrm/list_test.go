package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/experiment/spec"
	"sdrm/mmd"
	"sdrm/models"
)

// What is listed is what the registries hold, and everything says where it comes
// from.
func TestListIsWhatTheRegistriesHold(t *testing.T) {
	var out, errs strings.Builder
	if code := dispatch(context.Background(), []string{"list", "--json"}, &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	var lists map[string][]listed
	if err := json.Unmarshal([]byte(out.String()), &lists); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"attacks": attacks.Names(), "models": models.Names(), "datasets": datasets.Names(), "detectors": defenses.Names(),
		"measures": {"mmd", "ed", "swd", "max_swd"}, "regularisers": mmd.RegulariserNames(),
	}
	for _, f := range spec.Fields {
		want["fields"] = append(want["fields"], f.Key)
	}
	for kind, names := range want {
		var found []string
		for _, l := range lists[kind] {
			found = append(found, l.Name)
			if l.Title == "" || (l.Paper == "") != (kind == "fields") {
				t.Errorf("%s: %q has the title %q and the paper %q", kind, l.Name, l.Title, l.Paper)
			}
		}
		if strings.Join(found, " ") != strings.Join(names, " ") {
			t.Errorf("%s: listed are %v, want %v", kind, found, names)
		}
	}
	if len(lists) != len(want) {
		t.Errorf("%d lists, want %d", len(lists), len(want))
	}
	var told []string
	for _, l := range lists["detectors"] {
		if text := l.Title + l.Defaults; slices.Contains(told, text) {
			t.Errorf("%s decides as another variant does: %s", l.Name, l.Defaults)
		} else {
			told = append(told, text)
		}
	}
	out.Reset()
	if code := dispatch(context.Background(), []string{"list", "attacks"}, &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	for i, a := range attacks.All() {
		for k, o := range a.Options {
			if listed := lists["attacks"][i].Options[k]; listed != listedOption(o) || o.Usage == "" {
				t.Errorf("%s: option %+v, want %+v", a.Name, listed, o)
			}
			if want := o.Name + ": " + o.Usage + "; default " + o.Said(); !strings.Contains(out.String(), want) {
				t.Errorf("%s: nothing says %s", a.Name, want)
			}
		}
	}
	out.Reset()
	if code := dispatch(context.Background(), []string{"list", "models"}, &out, &errs); code != exitDone || !strings.Contains(out.String(), "vgg11") || strings.Contains(out.String(), "attacks") {
		t.Errorf("list models: exit code %d, %s", code, &out)
	}
	if code := dispatch(context.Background(), []string{"list", "planets"}, &out, &errs); code != exitUsage {
		t.Errorf("list planets: exit code %d, want %d", code, exitUsage)
	}
}

// prefixed returns the names behind a prefix.
func prefixed(prefix string, names []string) (out []string) {
	for _, name := range names {
		out = append(out, prefix+name)
	}
	return out
}

// The shell completes names from the registries.
func TestCompletions(t *testing.T) {
	for _, c := range []struct {
		line []string
		want []string // all of them
	}{
		{[]string{"train", "--model", ""}, models.Names()},
		{[]string{"train", "--attack", ""}, attacks.Names()},
		{[]string{"train", "--data", ""}, datasets.Names()},
		{[]string{"train", "--regulariser", ""}, mmd.RegulariserNames()},
		{[]string{"detect", "--detectors", ""}, append([]string{"all"}, defenses.Names()...)},
		{[]string{"detect", "--detectors", "ss,"}, prefixed("ss,", defenses.Names())},
		{[]string{"detect", "--levels", ""}, append([]string{"relu", "named", "all", "last"}, spec.LevelNames...)},
		{[]string{"list", "m"}, []string{"models", "measures"}},
	} {
		var out, errs strings.Builder
		if code := dispatch(context.Background(), append([]string{"__complete"}, c.line...), &out, &errs); code != exitDone {
			t.Errorf("%v: exit code %d: %s", c.line, code, &errs)
		}
		if want := strings.Join(c.want, "\n") + "\n:"; !strings.HasPrefix(out.String(), want) {
			t.Errorf("%v completes to %q, want it to begin with %q", c.line, &out, want)
		}
	}
}

var update = flag.Bool("update", false, "write README's list of what there is anew")

// README names everything that the registries hold, in its table of what there
// is, and nothing else.
func TestREADMEListsWhatThereIs(t *testing.T) {
	const path = "../../README.md"
	found, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(found)
	for kind, names := range map[string][]string{
		"attacks": attacks.Names(), "models": models.Names(), "data sets": datasets.Names(), "detectors": defenses.Names(),
		"regularisers": mmd.RegulariserNames(),
	} {
		want := "| " + kind + " | `" + strings.Join(names, "`, `") + "` |"
		row := regexp.MustCompile(`(?m)^\| ` + kind + ` \|.*$`)
		if got := row.FindString(text); got != want && !*update {
			t.Errorf("README.md: found %q, want %q; -update writes it", got, want)
		}
		text = row.ReplaceAllLiteralString(text, want)
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
