package main

import "github.com/spf13/cobra"

func newData(g *globals) *cobra.Command {
	return group("data", "Download and unpack data sets, show which are there and whether they are whole",
		newDataList(g), newDataDownload(g), newDataCheck(g), newDataUnpack(g))
}

func addDataDir(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data-dir", "", "folder of the data sets (default $SDRM_DATA, else sdrm/datasets in the cache folder)")
}
