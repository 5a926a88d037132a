package main

import (
	"github.com/spf13/cobra"

	"sdrm/experiment/subject"
)

func newDataUnpack(g *globals) *cobra.Command {
	set := ""
	c := &cobra.Command{
		Use:   "unpack ARCHIVE [DIR]",
		Short: "Unpack a data set's official archive into the folder of the data sets, or DIR",
		Example: `  sdrm data unpack cifar-10-binary.tar.gz
  sdrm data unpack fetched.tar.gz /data --set cifar10`,
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
