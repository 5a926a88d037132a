package main

import (
	"path/filepath"
	"sdrm/experiment/plan"
	"sdrm/experiment/spec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command shows how it is used, and what it shows are right command lines: its
// own, and perhaps before it one of another that makes its files.
func TestExamples(t *testing.T) {
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, child := range c.Commands() {
			look(child)
		}
		if !c.HasSubCommands() && c.Example == "" {
			t.Errorf("%s: there is no example", c.CommandPath())
		}
		own := c.Example == ""
		for line := range strings.Lines(c.Example) {
			_, line, _ = strings.Cut(line, "sdrm ")
			line, _, _ = strings.Cut(strings.TrimRight(line, ")\n"), " >")
			found, rest, err := newRoot(&globals{}).Find(strings.Fields(line))
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			for _, arg := range found.Flags().Args() {
				if path := filepath.Join("../..", arg); err == nil && strings.HasPrefix(arg, "specs/") {
					if found.HasParent() && found.Parent().Name() == "sweep" {
						_, err = plan.Read(path)
					} else {
						_, err = spec.Read(path)
					}
				}
			}
			if err != nil || found.HasSubCommands() {
				t.Errorf("%s: example %q: is of %s, error %v", c.CommandPath(), line, found.CommandPath(), err)
			}
			own = found.CommandPath() == c.CommandPath()
		}
		if !own {
			t.Errorf("%s: the last line of its example is of another command", c.CommandPath())
		}
	}
	look(newRoot(&globals{}))
}

func TestCheckArgs(t *testing.T) {
	for _, c := range []struct{ use, args, want string }{
		{"x", "", ""}, {"x", "a", "wants no arguments, found a"},
		{"x A", "a", ""}, {"x A", "", "wants A, found nothing"}, {"x A", "a b", "wants A, found a b"},
		{"x A [B]", "a", ""}, {"x A [B]", "a b", ""}, {"x A [B]", "", "wants A [B], found nothing"}, {"x A [B]", "a b c", "wants A [B], found a b c"},
		{"x A B...", "a b c d", ""}, {"x A B...", "a", "wants A B..., found a"},
		{"x A|B", "a", ""}, {"x one|two A", "one a", ""}, {"x one|two A", "ore a", `found "ore", want one of one, two; did you mean one?`},
		{"x [one|two]", "", ""}, {"x [one|two]", "three", `found "three", want one of one, two`},
	} {
		found := ""
		if err := checkArgs(&cobra.Command{Use: c.use}, strings.Fields(c.args)); err != nil {
			found = err.Error()
		}
		if found != c.want {
			t.Errorf("%s of %q: error %q, want %q", c.args, c.use, found, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	names := []string{"lambda", "levels", "lr", "rate"}
	for word, want := range map[string]string{
		"lamda": "; did you mean --lambda?", "lambda-": "; did you mean --lambda?", "lx": "; did you mean --lr?", "level": "; did you mean --levels?",
		"r": "", "xy": "", "rotation": "", "": "", strings.Repeat("l", 1000): "",
	} {
		if got := didYouMean("--", word, names); got != want {
			t.Errorf("%q: found %q, want %q", word, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"trian", "train", 2}} {
		if got := mistakes(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: found %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
