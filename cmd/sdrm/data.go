package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sdrm/experiment/subject"
)

func newData(g *globals) *cobra.Command {
	return group("data", "Unpack data sets, show which are there and whether they are whole",
		newDataList(g), newDataCheck(g), newDataUnpack(g))
}

func newDataList(g *globals) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the data sets, where their files are looked for, how they lie and how many images they hold",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			sets, err := subject.DataSets(dir)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), map[string]any{"sets": sets})
			}
			for _, s := range sets {
				state, holds := "missing", ""
				switch {
				case s.Wrong != "":
					state, holds = "damaged", "  "+s.Wrong
				case s.Present:
					state, holds = "there", fmt.Sprintf("  %d + %d images", s.Train, s.Test)
					if s.Layout != "" {
						holds = fmt.Sprintf("  %s, %d + %d images", s.Layout, s.Train, s.Test)
					}
				}
				if err := printf(c.OutOrStdout(), "%-13s  %-7s  %s%s\n", s.Name, state, s.Where, holds); err != nil {
					return err
				}
			}
			return nil
		},
	}
	addDataDir(c, &dir)
	return c
}

func newDataCheck(g *globals) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "check SET",
		Short: "Read a data set completely and name what is missing, damaged or too many",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, wrong, err := subject.CheckData(args[0], dir)
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

func newDataUnpack(g *globals) *cobra.Command {
	set := ""
	c := &cobra.Command{
		Use:   "unpack ARCHIVE [DIR]",
		Short: "Unpack a data set's official archive into the folder of the data sets, or DIR",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			dir := ""
			if len(args) == 2 {
				dir = args[1]
			}
			folder, err := subject.UnpackData(c.Context(), set, args[0], dir)
			if err != nil {
				return err
			}
			return g.print(c, map[string]any{"folder": folder}, "%s\n", folder)
		},
	}
	c.Flags().StringVar(&set, "set", "", "the data set, if the archive has not its official name")
	return c
}

func addDataDir(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data-dir", "", "folder of the data sets (default $SDRM_DATA, else sdrm/datasets in the cache folder)")
}
