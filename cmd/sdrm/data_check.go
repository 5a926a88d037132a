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
		Use:   "check SET",
		Short: "Read a data set completely and name what is missing, damaged or too many",
		Long: `Read a data set completely and name what is missing, damaged or too many.

Of a set whose classes only its files tell, these are listed with the numbers that
--target takes. Classes of a folder of images are numbered from 0 in the order of
the bytes of their folders' names, so 10 comes before 9. Images in folders inside
that of a class are refused. What EXIF says of an image's orientation is not
applied.`,
		ValidArgs: datasets.Names(),
		Example: `  sdrm data check cifar10
  sdrm data check folder --data-dir images`,
		RunE: func(c *cobra.Command, args []string) error {
			l := newStatusLine(c.ErrOrStderr())
			s, wrong, err := subject.CheckData(l.reading(c.Context(), args[0]), args[0], dir)
			l.clear()
			if err != nil {
				return errors.Join(listWrong(c, g, wrong), err)
			}
			if err := g.print(c, s, "%s: %d training and %d test images in %d classes, SHA-256 %s\n", s.Name, s.Train, s.Test, s.Classes, s.SHA256); err != nil || g.json {
				return err
			}
			for number, name := range s.Names {
				if err := printf(c.OutOrStdout(), "%5d  %s\n", number, name); err != nil {
					return err
				}
			}
			return nil
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
