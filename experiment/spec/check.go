package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FieldError says what is wrong with one field of a spec.
type FieldError struct {
	Field string // dotted, as in the TOML file: train.lr
	Found string
	Want  string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("%s: found %s, want %s", e.Field, e.Found, e.Want)
}

// Validate returns a *FieldError for the first field that is out of its range.
func (s Spec) Validate() error {
	for _, f := range Fields {
		if err := f.check(s); err != nil {
			return err
		}
	}
	return s.checkVictims()
}

// A rule returns what a value of a field should be, if it is not that. An error
// is handed on as it is.
type rule[T any] func(s Spec, v T) (want string, err error)

// field describes a field.
func field[T any](key, flag, doc string, at func(*Spec) *T, allowed rule[T]) Field {
	return Field{Key: key, Flag: flag, Doc: doc, at: func(s *Spec) any { return at(s) }, check: func(s Spec) error {
		v := *at(&s)
		want, err := allowed(s, v)
		if want == "" || err != nil {
			return err
		}
		return &FieldError{key, quoted(v), want}
	}}
}

// quoted returns a value as errors show it.
func quoted(v any) string {
	if text, ok := v.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

// optional describes a field that a spec's file passes over while it is as in
// Default, as if there were no such field.
func optional(f Field) Field {
	f.empty = func(s Spec) bool { return f.TOML(s) == f.TOML(Default()) }
	return f
}

// choice describes a field that is one of some names.
func choice(key, flag, doc string, names func() []string, at func(*Spec) *string) Field {
	f := field(key, flag, doc, at, func(_ Spec, v string) (string, error) { return oneOf(v, names()), nil })
	f.choices = names
	return f
}

// choices describes a field that is a list of some names.
func choices(key, flag, doc string, names func() []string, at func(*Spec) *[]string) Field {
	f := field(key, flag, doc, at, func(_ Spec, list []string) (string, error) {
		for i, v := range list {
			if want := oneOf(v, names()); want != "" {
				return "", &FieldError{key, fmt.Sprintf("%q", v), want}
			}
			if slices.Contains(list[:i], v) { // its results would count twice
				return "", &FieldError{key, fmt.Sprintf("%q twice", v), "each name once"}
			}
		}
		return "", nil
	})
	f.choices = names
	return f
}

func oneOf(v string, names []string) string {
	if slices.Contains(names, v) {
		return ""
	}
	return "one of " + strings.Join(names, ", ")
}

// names returns a fixed list of names.
func names(list ...string) func() []string { return func() []string { return list } }

// anything allows every value.
func anything[T any](Spec, T) (string, error) { return "", nil }

// writable allows text that a spec's file can hold as it is: other bytes, as a path may
// have, would be read as others.
func writable(_ Spec, text string) (string, error) {
	if !utf8.ValidString(text) {
		return "text in UTF-8", nil
	}
	return "", nil
}

// where allows what ok accepts.
func where[T any](ok func(T) bool, want string) rule[T] {
	return func(_ Spec, v T) (string, error) {
		if ok(v) {
			return "", nil
		}
		return want, nil
	}
}

func matching(pattern *regexp.Regexp, want string) rule[string] {
	return where(pattern.MatchString, want)
}

func between(lo, hi int) rule[int] {
	return where(func(v int) bool { return lo <= v && v <= hi }, fmt.Sprintf("%d to %d", lo, hi))
}

// upTo allows 0 to a bound that depends on other fields.
func upTo(most func(Spec) int) rule[int] {
	return func(s Spec, v int) (string, error) { return between(0, most(s))(s, v) }
}

// atMost allows 0 to most; a NaN is in no range.
func atMost(most float64) rule[float64] {
	return where(func(v float64) bool { return 0 <= v && v <= most }, fmt.Sprintf("0 to %g", most))
}

func rising(epochs []int) bool {
	last := 0
	for _, e := range epochs {
		if e <= last {
			return false
		}
		last = e
	}
	return true
}
