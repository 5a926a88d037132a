package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
)

func newMan(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write a manual page for each command into a folder",
		Example: "  sdrm man /usr/local/share/man/man1",
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := atomicfile.MkdirAll(args[0]); err != nil {
				return fault.Input(err)
			}
			n, err := writePages(args[0], c.Root())
			if err != nil {
				return fault.Input(err)
			}
			return g.print(c, map[string]any{"folder": args[0], "pages": n}, "%s: %d pages\n", args[0], n)
		},
	}
}

// writePages writes the pages of a command and of those below it, and returns how
// many there are.
func writePages(dir string, c *cobra.Command) (n int, err error) {
	if err := atomicfile.WriteBytes(filepath.Join(dir, pageName(c)+".1"), []byte(manual(c))); err != nil {
		return 0, err
	}
	n = 1
	for _, child := range c.Commands() {
		if child.IsAvailableCommand() && err == nil {
			var more int
			more, err = writePages(dir, child)
			n += more
		}
	}
	return n, err
}

// pageName is what a command's page is called.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manual is the page of a command: what --help says, in the language of man(7).
// (Cobra's own pages take a Markdown parser and a YAML encoder into the program,
// and read our texts as Markdown, which they are not.)
func manual(c *cobra.Command) string {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	page := fmt.Sprintf(".TH %s 1 \"\" \"sdrm %s\" \"sdrm\"\n", strings.ToUpper(roff(pageName(c))), roff(programVersion()))
	section := func(title, text string) {
		if text != "" {
			page += fmt.Sprintf(".SH %s\n%s\n", title, text)
		}
	}
	section("NAME", roff(pageName(c))+` \- `+roff(c.Short))
	section("SYNOPSIS", roff(c.UseLine()))
	section("DESCRIPTION", roff(c.Long))
	section("OPTIONS", asItIs(c.LocalFlags().FlagUsagesWrapped(pageWidth)))
	section("OPTIONS OF ALL COMMANDS", asItIs(c.InheritedFlags().FlagUsagesWrapped(pageWidth)))
	section("EXAMPLES", asItIs(c.Example))
	var near []string
	if c.HasParent() {
		near = append(near, roff(pageName(c.Parent()))+"(1)")
	}
	for _, child := range c.Commands() {
		if child.IsAvailableCommand() {
			near = append(near, roff(pageName(child))+"(1)")
		}
	}
	section("SEE ALSO", strings.Join(near, ",\n"))
	return page
}

// pageWidth is the width to which flags are wrapped: that of a terminal without
// the margin of a page.
const pageWidth = 70

// asItIs keeps the lines of a text.
func asItIs(text string) string {
	if text = strings.Trim(text, "\n"); text == "" {
		return ""
	}
	return ".nf\n" + roff(text) + "\n.fi"
}

// roff escapes what roff would obey in a text.
func roff(text string) string {
	return strings.TrimPrefix(escapes.Replace("\n"+text), "\n")
}

var escapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n.", "\n\\&.", "\n'", "\n\\&'")
