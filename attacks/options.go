package attacks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An Option is something that an attack can be told.
type Option struct {
	Name    string
	Default string // how it is read if nothing is said
	Source  string // whose choice that is, or what no text says
	Usage   string
}

// Options is what an attack is told, as text by the names of its options.
type Options map[string]string

// Has tells whether the attack knows an option of the name.
func (r Recipe) Has(option string) bool {
	return slices.ContainsFunc(r.Options, func(o Option) bool { return o.Name == option })
}

// checkNames returns an error for the first option that the attack does not know.
func (r Recipe) checkNames(o Options) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if r.Has(name) {
			continue
		}
		known := make([]string, len(r.Options))
		for i, option := range r.Options {
			known[i] = option.Name
		}
		if len(known) == 0 {
			return fmt.Errorf("unknown option %q, it has none", name)
		}
		return fmt.Errorf("unknown option %q, want one of %s", name, strings.Join(known, ", "))
	}
	return nil
}

// Said returns what holds if nothing is said, and whose choice that is.
func (o Option) Said() string {
	return strings.Join(slices.DeleteFunc([]string{o.Default, o.Source}, func(s string) bool { return s == "" }), ", ")
}

// told is what an attack is told, as it is read. What is not said is read as the
// Default of the recipe. The first option that is wrong is the error; the attack
// that is made then is of no use.
type told struct {
	recipe  Recipe
	options Options
	unread  bool // whether files stay unread
	err     error
}

// fail notes an error, if it is the first.
func (t *told) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf(format, args...)
	}
}

// said tells whether an option is given.
func (t *told) said(name string) bool {
	_, ok := t.options[name]
	return ok
}

// text returns an option as it is written.
func (t *told) text(name string) string {
	if text, ok := t.options[name]; ok {
		return text
	}
	return t.recipe.Options[slices.IndexFunc(t.recipe.Options, func(o Option) bool { return o.Name == name })].Default
}

// number returns an option above lo and at most hi.
func (t *told) number(name string, lo, hi float64) float64 {
	text := t.text(name)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.fail("%s is %q, want a number", name, text)
	} else if !(v > lo && v <= hi) {
		t.fail("%s is %v, want above %g and at most %g", name, v, lo, hi)
	}
	return v
}

// levels returns an option that bounds a change of whole levels.
func (t *told) levels(name string) float64 {
	v := t.number(name, 0, 255)
	if v < 1 {
		t.fail("%s is %v, want at least 1: less than a level changes nothing", name, v)
	}
	return v
}

// whole returns an option that is a whole number from lo to hi, lo if it is not.
func (t *told) whole(name string, lo, hi int) int {
	text := t.text(name)
	v, err := strconv.Atoi(text)
	if err != nil || v < lo || v > hi {
		t.fail("%s is %q, want a whole number from %d to %d", name, text, lo, hi)
		return lo
	}
	return v
}

// oneOf returns an option that is one of some words.
func (t *told) oneOf(name string, words ...string) string {
	text := t.text(name)
	if !slices.Contains(words, text) {
		t.fail("%s is %q, want one of %s", name, text, strings.Join(words, ", "))
	}
	return text
}
