package main

import (
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
		Short: "List the data sets and where their files are looked for",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			sets, err := subject.DataSets(dir)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), struct {
					Sets []subject.DataSet `json:"sets"`
				}{sets})
			}
			for _, s := range sets {
				state := "missing"
				if s.Present {
					state = "there"
				}
				if _, err := fmt.Fprintf(c.OutOrStdout(), "%-10s  %-7s  %s\n", s.Name, state, s.Where); err != nil {
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
		Short: "Read a data set completely and say what is wrong with it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := subject.CheckData(args[0], dir)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), s)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d training and %d test images in %d classes, SHA-256 %s\n",
				s.Name, s.Train, s.Test, s.Classes, s.SHA256)
			return err
		},
	}
	addDataDir(c, &dir)
	return c
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
			if g.json {
				return printJSON(c.OutOrStdout(), struct {
					Folder string `json:"folder"`
				}{folder})
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), folder)
			return err
		},
	}
	c.Flags().StringVar(&set, "set", "", "the data set, if the archive has not its official name")
	return c
}

func addDataDir(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data-dir", "", "folder of the data sets (default $SDRM_DATA, else sdrm/datasets in the cache folder)")
}
