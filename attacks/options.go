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
	Default string // what holds if nothing is said, and whose choice that is
	Usage   string
}

// Options is what an attack is told, as text by the names of its options.
type Options map[string]string

// Has tells whether the attack knows an option of the name.
func (r Recipe) Has(option string) bool {
	return slices.ContainsFunc(r.Options, func(o Option) bool { return o.Name == option })
}

// Check returns an error for the first option that the attack does not know.
func (r Recipe) Check(o Options) error {
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

// number returns an option above lo and at most hi.
func (o Options) number(name string, otherwise, lo, hi float64) (float64, error) {
	text, said := o[name]
	if !said {
		return otherwise, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is %q, want a number", name, text)
	}
	if !(v > lo && v <= hi) {
		return 0, fmt.Errorf("%s is %v, want above %g and at most %g", name, v, lo, hi)
	}
	return v, nil
}

// whole returns an option that is a whole number from lo to hi.
func (o Options) whole(name string, otherwise, lo, hi int) (int, error) {
	text, said := o[name]
	if !said {
		return otherwise, nil
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < lo || v > hi {
		return 0, fmt.Errorf("%s is %q, want a whole number from %d to %d", name, text, lo, hi)
	}
	return v, nil
}

// oneOf returns an option that is one of some words, the first if nothing is
// said.
func (o Options) oneOf(name string, words ...string) (string, error) {
	text, said := o[name]
	if !said {
		return words[0], nil
	}
	if !slices.Contains(words, text) {
		return "", fmt.Errorf("%s is %q, want one of %s", name, text, strings.Join(words, ", "))
	}
	return text, nil
}
