package main

import (
	"errors"

	"github.com/spf13/cobra"

	"sdrm/datasets"
	"sdrm/experiment/subject"
)

func newDataCheck(g *globals) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:       "check SET",
		Short:     "Read a data set completely and name what is missing, damaged or too many",
		ValidArgs: datasets.Names(),
		Example:   "  sdrm data check cifar10",
		RunE: func(c *cobra.Command, args []string) error {
			l := newStatusLine(c.ErrOrStderr())
			s, wrong, err := subject.CheckData(l.reading(c.Context(), args[0]), args[0], dir)
			l.clear()
			if err != nil {
				return errors.Join(listWrong(c, g, wrong), err)
			}
			return g.print(c, s, "%s: %d training and %d test images in %d classes, SHA-256 %s\n", s.Name, s.Train, s.Test, s.Classes, s.SHA256)
		},
	}
	addDataDir(c, &dir)
	return c
}

// listWrong prints what is wrong with a data set, a file a line, if that is more
// than the error which ends the command says.
func listWrong(c *cobra.Command, g *globals, wrong []string) error {
	if len(wrong) < 2 {
		return nil
	}
	if g.json {
		return printJSON(c.OutOrStdout(), map[string]any{"wrong": wrong})
	}
	for _, text := range wrong {
		if err := printf(c.OutOrStdout(), "%s\n", text); err != nil {
			return err
		}
	}
	return nil
}
