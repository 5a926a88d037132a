package main

import (
	"github.com/spf13/cobra"
)

func newCalibrate(g *globals) *cobra.Command {
	return group("calibrate", "What detectors say where there is nothing to find",
		newCalibrateRules(g), newCalibratePValues(g), newCalibrateAnswers(g))
}
