package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdrm/datasets"
)

// checkAllArgs lets a command and those below it check their arguments.
func checkAllArgs(c *cobra.Command) {
	c.Args = checkArgs
	for _, child := range c.Commands() {
		checkAllArgs(child)
	}
}

// checkArgs compares a command's arguments with the words of its Use: WORD has to
// be there, [WORD] may be, WORD... may be there several times, and one|other, in
// small letters, is one of these words, SET a data set. Of a group it wants none, for its
// subcommands were looked for by then.
func checkArgs(c *cobra.Command, args []string) error {
	if c.HasSubCommands() {
		return unknownCommand(c, args)
	}
	words := strings.Fields(c.Use)[1:]
	least, most := 0, len(words)
	for _, word := range words {
		if !strings.HasPrefix(word, "[") {
			least++
		}
		if strings.HasSuffix(word, "...") {
			most = math.MaxInt
		}
	}
	if n := len(args); n < least || n > most {
		want, found := "no arguments", "nothing"
		if len(words) > 0 {
			want = strings.Join(words, " ")
		}
		if n > 0 {
			found = strings.Join(args, " ")
		}
		return fmt.Errorf("%swants %s, found %s", place(c), want, found)
	}
	for i, arg := range args[:min(len(args), len(words))] {
		names := strings.Split(strings.Trim(words[i], "[]"), "|")
		oneOf := len(names) > 1 && words[i] == strings.ToLower(words[i])
		if words[i] == "SET" {
			names, oneOf = datasets.Names(), true
		}
		if oneOf && !slices.Contains(names, arg) {
			return fmt.Errorf("%sfound %q, want one of %s%s", place(c), arg, strings.Join(names, ", "), didYouMean("", arg, names))
		}
	}
	return nil
}

// place begins an error with the command that it is about.
func place(c *cobra.Command) string {
	_, path, below := strings.Cut(c.CommandPath(), " ")
	if !below {
		return ""
	}
	return path + ": "
}

// unknownCommand returns an error if there is an argument where the name of a
// subcommand should be.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, child := range c.Commands() {
		if child.IsAvailableCommand() {
			names = append(names, child.Name())
		}
	}
	return fmt.Errorf("%sunknown command %q%s", place(c), args[0], didYouMean("", args[0], names))
}

// wrongFlag says more of an error in flags: that they stand behind no command,
// which flag may be meant, or what it takes.
func wrongFlag(c *cobra.Command, err error) error {
	if c.HasSubCommands() && c.Flags().NArg() > 0 {
		return unknownCommand(c, c.Flags().Args())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return fmt.Errorf("%w%s", err, didYouMean("--", unknown.GetSpecifiedName(), names))
	}
	var value *pflag.InvalidValueError
	var number *strconv.NumError
	if errors.As(err, &value) && errors.As(err, &number) {
		want := "a whole number"
		switch kind := value.GetFlag().Value.Type(); {
		case errors.Is(number.Err, strconv.ErrRange):
			want = "a whole number that is not so large"
		case kind == "bool":
			want = "true or false"
		case strings.HasPrefix(kind, "float"):
			want = "a number"
		}
		return fmt.Errorf("--%s: found %q, want %s", value.GetFlag().Name, value.GetValue(), want)
	}
	return err
}

// didYouMean asks for the name that is nearest to a word, if one is near: at most
// two letters of it are wrong, of a word of fewer than five one (ours). The prefix
// stands before all of them.
func didYouMean(prefix, word string, names []string) string {
	best, least := "", min(2, (len(word)+1)/3)+1
	for _, name := range names {
		if d := mistakes(word, name); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s%s?", prefix, best)
}

// mistakes returns how many bytes have to be put in, left out or replaced to make
// one word the other (Levenshtein's distance).
func mistakes(a, b string) int {
	row := make([]int, len(b)+1) // from what was seen of a to each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
