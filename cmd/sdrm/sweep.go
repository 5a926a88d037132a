package main

import (
	"github.com/spf13/cobra"
)

func newSweep(g *globals) *cobra.Command {
	return group("sweep", "Many runs from one plan, on any number of machines",
		newSweepList(g), newSweepRun(g), newSweepStatus(g), newSweepTable(g), withoutDocument(newSweepLedger()), newSweepCheck(g), withoutDocument(newSweepScript(g)))
}
