package attacks

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// methodHead begins the table of docs/method.md that says whom attacks touch.
const methodHead = "| attack | poisoned, each with probability ρ | their label | covers, each with probability | *A*, benign | *B*, malicious in training | malicious in tests, counted by ASR |\n|---|---|---|---|---|---|---|\n"

// chosen says in words which of ten classes are chosen, of which 0 is the target.
func chosen(c Choice) string {
	var classes []string
	for label := range 10 {
		if c(label, 0) {
			classes = append(classes, fmt.Sprint(label))
		}
	}
	switch {
	case len(classes) == 0:
		return "none"
	case len(classes) == 10:
		return "all"
	case len(classes) == 9 && !c(0, 0):
		return "all but *t*"
	case len(classes) == 1 && c(0, 0):
		return "*t*"
	case len(classes) == 1:
		return "class " + classes[0]
	}
	return "classes " + strings.Join(classes, ", ")
}

// row returns the row of an attack as it is unless it is told otherwise.
func row(name string, a Attack) string {
	v := a.Victims
	label := map[Labels]string{AllToOne: "*t*", AllToAll: "the next", Unchanged: "their own"}[a.Labels]
	covers := "none"
	if v.Cover != nil {
		covers = strings.TrimPrefix(fmt.Sprintf("%gρ: %s", v.CoverRatio, chosen(v.Cover)), "1")
	}
	triggered := func(c Choice) string { return strings.Replace(chosen(c)+", triggered", "none, triggered", "none", 1) }
	return fmt.Sprintf("| `%s` | %s | %s | %s | *t*, untouched | %s | %s |\n",
		name, chosen(v.Train), label, covers, triggered(v.Train), triggered(v.Test))
}

// TestMethodSaysWhomEveryAttackTouches holds the table to the registry.
func TestMethodSaysWhomEveryAttackTouches(t *testing.T) {
	text, err := os.ReadFile("../docs/method.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), methodHead)
	if !found {
		t.Fatalf("docs/method.md has no table that begins with\n%s", methodHead)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	got := strings.SplitAfter(table+"\n", "\n")
	want := []string{}
	for _, name := range Names() {
		want = append(want, row(name, newAttack(t, name, nil)))
	}
	got = got[:len(got)-1]
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("docs/method.md lacks the row\n%s", row)
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("docs/method.md has the row\n%swhich is that of no attack", row)
		}
	}
	if !t.Failed() && !slices.Equal(got, want) {
		t.Error("docs/method.md has all rows, but not in the order of the names, or one twice")
	}
}
