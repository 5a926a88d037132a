package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
)

// flagError makes a usageError of what is wrong with a field that a flag of the
// same name sets.
func flagError(err error) error {
	var field *spec.FieldError
	if errors.As(err, &field) {
		return &usageError{&spec.FieldError{Field: "--" + field.Field, Found: field.Found, Want: field.Want}}
	}
	return err
}

// addLevels makes the flag that says at which places of the model a command looks.
func addLevels(c *cobra.Command, levels *string, usual string) {
	c.Flags().StringVar(levels, "levels", usual, "relu: every ReLU of the model; named or all: its levels s1, s2, s3; last: the last of these; or some of relu1, s1, … with commas")
	completeList(c, "levels", []string{subject.EveryReLU, subject.NamedLevels, spec.AllLevels, spec.LastLevel}, spec.LevelNames)
}

// addOut adds the flag for the file that a command is there to write. A name that
// ends as those of another format is refused.
func addOut(c *cobra.Command, out *string, extension string) {
	c.Flags().StringVarP(out, "out", "o", "", extension+" file to write (required)")
	c.PreRunE = func(*cobra.Command, []string) error {
		if *out == "" {
			return &usageError{errors.New("--out: want a file to write")}
		}
		if found := filepath.Ext(*out); found != "" && found != extension {
			return &usageError{fmt.Errorf("--out: found %q, but what is written is %s", *out, extension)}
		}
		return nil
	}
}

// complete lets the shell complete a flag with names, if there are any.
func complete(c *cobra.Command, flag string, names []string) {
	if names == nil {
		return
	}
	if err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(fmt.Sprintf("sdrm: completion of --%s: %v", flag, err))
	}
}

// completeList lets the shell complete the last of the names, with commas between, that
// a flag lists; all completes the first alone.
func completeList(c *cobra.Command, flag string, all, names []string) {
	err := c.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := text[:strings.LastIndex(text, ",")+1]
		var out []cobra.Completion
		if before == "" {
			out = append(out, all...)
		}
		for _, name := range names {
			out = append(out, before+name)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(fmt.Sprintf("sdrm: completion of --%s: %v", flag, err))
	}
}
