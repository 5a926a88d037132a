package defenses

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The names that lists have always shown in this order; new ones may stand
// between them.
var inOrder = []string{
	"ac", "ac-ica", "ac-smaller", "ac-silhouette", "ac-distance", "ss", "ss-85", "ss-exact", "sr", "sr-sparse", "scan", "spectre", "beatrix", "mmdtest",
	"strip", "scale-up", "ibd-psc", "ted", "frequency", "neural-cleanse",
}

func TestRegistry(t *testing.T) {
	names := slices.DeleteFunc(Names(), func(name string) bool { return !slices.Contains(inOrder, name) })
	if diff := cmp.Diff(inOrder, names); diff != "" {
		t.Error(diff)
	}
	for _, name := range Names() {
		if d, err := New(name); err != nil || d.Name() != name {
			t.Errorf("%s: found %v, error %v", name, d, err)
		}
	}
	_, err := New("strep")
	if want := `unknown detector "strep", want one of `; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Fatalf("error is %v, want %s…", err, want)
	}
	for _, name := range Names() {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not list %s", err, name)
		}
	}
}

// Every definition says where it comes from, and every name has a row on the
// page that describes it.
func TestDefinitionsAreComplete(t *testing.T) {
	unit := Latents
	for _, definition := range All() {
		if definition.Title == "" || definition.Paper == "" || definition.Defaults == "" {
			t.Errorf("%s: found %+v, expected a title, a paper and defaults", definition.Variants[0].Name(), definition)
		}
		for _, d := range definition.Variants {
			needs := d.Needs()
			if needs.Unit < unit {
				t.Errorf("%s stands behind a detector of another unit", d.Name())
			}
			unit = needs.Unit
			page := "../docs/input-detectors.md"
			if unit == Latents {
				page = "../docs/method.md"
			}
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "\n| `"+d.Name()+"` ") {
				t.Errorf("%s has no row in %s", d.Name(), page)
			}
		}
	}
}

func TestTwoOfOneNamePanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("does not panic")
		}
	}()
	register(Definition{}, STRIP{})
}
