package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdrm/attacks"
	"sdrm/experiment/spec"
)

// fieldFlag is a field of the spec as a flag: its text is checked when it is
// parsed, and used once the spec is known.
type fieldFlag struct {
	spec.Field
	text string
}

func (f *fieldFlag) String() string { return f.text }
func (f *fieldFlag) Type() string   { return f.Kind() }
func (f *fieldFlag) Set(text string) error {
	f.text = text
	return f.Field.Set(&spec.Spec{}, text)
}

// addFields makes the flags of the fields that have one, only those named if
// any is.
func addFields(c *cobra.Command, only ...string) {
	addFieldsThat(c, func(f spec.Field) bool { return len(only) == 0 || slices.Contains(only, f.Flag) })
}

// addFieldsThat makes those of the fields that are wanted.
func addFieldsThat(c *cobra.Command, wanted func(spec.Field) bool) {
	for _, f := range spec.Fields {
		if f.Flag != "" && wanted(f) {
			c.Flags().Var(&fieldFlag{Field: f}, f.Flag, strings.TrimSpace(f.Text()+" ("+f.Key+")"))
			complete(c, f.Flag, f.Choices())
		}
	}
}

// applyFields sets what flags say. What is out of range by a flag, or by what it
// makes of the other fields, is a mistake in its use. The spec has been told before what
// the flags named further say.
func applyFields(flags *pflag.FlagSet, s *spec.Spec, further ...string) error {
	flagOf := map[string]string{}
	var given []string
	var failed error
	flags.Visit(func(f *pflag.Flag) {
		v, ok := f.Value.(*fieldFlag)
		if ok || slices.Contains(further, f.Name) {
			given = append(given, "--"+f.Name)
		}
		if ok && failed == nil {
			flagOf[v.Key] = v.Flag
			failed = v.Field.Set(s, v.text)
		}
	})
	if failed != nil {
		return failed
	}
	err := s.Validate()
	var field *spec.FieldError
	if errors.As(err, &field) && flagOf[field.Field] != "" {
		return flagError(&spec.FieldError{Field: flagOf[field.Field], Found: field.Found, Want: field.Want})
	}
	switch {
	case err == nil:
		return unheard(s.Attack.Name, flagOf)
	case given == nil:
		return err
	}
	return &usageError{fmt.Errorf("with %s: %w", strings.Join(given, ", "), err)}
}

// unheard returns an error if a flag tells an attack what it cannot be told. A spec
// may: it may be that of several attacks.
func unheard(attack string, flagOf map[string]string) error {
	for _, option := range []string{"weight", "trigger"} {
		var heard []string
		for _, a := range attacks.All() {
			if a.Has(option) {
				heard = append(heard, a.Name)
			}
		}
		if flagOf["attack."+option] != "" && !slices.Contains(heard, attack) {
			return &usageError{fmt.Errorf("--%s: %s has no such option, want the attack %s", option, attack, strings.Join(heard, " or "))}
		}
	}
	return nil
}

// inSpecOnly names the fields that no flag sets.
func inSpecOnly() string {
	var keys []string
	for _, f := range spec.Fields {
		if f.Flag == "" {
			keys = append(keys, f.Key)
		}
	}
	return strings.Join(keys, ", ")
}
