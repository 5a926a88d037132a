package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
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
		"measures": {"mmd", "ed", "swd", "max_swd"},
	}
	for kind, names := range want {
		var found []string
		for _, l := range lists[kind] {
			found = append(found, l.Name)
			if l.Title == "" || l.Paper == "" {
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
	out.Reset()
	if code := dispatch(context.Background(), []string{"list", "models"}, &out, &errs); code != exitDone || !strings.Contains(out.String(), "vgg11") || strings.Contains(out.String(), "attacks") {
		t.Errorf("list models: exit code %d, %s", code, &out)
	}
	if code := dispatch(context.Background(), []string{"list", "planets"}, &out, &errs); code != exitUsage {
		t.Errorf("list planets: exit code %d, want %d", code, exitUsage)
	}
}

// README names everything that the registries hold, in its table of what there
// is, and nothing else.
func TestREADMEListsWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) == 4 {
			rows[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[2])
		}
	}
	for kind, names := range map[string][]string{
		"attacks": attacks.Names(), "models": models.Names(), "data sets": datasets.Names(), "detectors": defenses.Names(),
	} {
		if want := "`" + strings.Join(names, "`, `") + "`"; rows[kind] != want {
			t.Errorf("README.md: %s: found %q, want %q", kind, rows[kind], want)
		}
	}
}
