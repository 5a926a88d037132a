package report

import (
	"fmt"
	"io"

	"sdrm/experiment/judge"
)

// WritePairs writes the numbers of WritePairsFigure, a row a pair and level: the
// mean over the runs, and from the least to the largest.
func (s Style) WritePairs(w io.Writer, runs []judge.Measured) error {
	if err := alike(runs); err != nil {
		return err
	}
	t := table{title: "MMD² of each pair, of " + fmt.Sprint(len(runs)) + " runs and their controls; " + pairsKernel(runs[0]),
		head: []string{"pair", "level", "run", "control", "difference"}}
	for _, pair := range pairTitles {
		run, control, difference := overSeeds(runs, pair.pair, runValue), overSeeds(runs, pair.pair, controlValue), overSeeds(runs, pair.pair, differenceValue)
		for i, level := range run {
			t.add(string(pair.pair), level.level, level.String(), control[i].String(), difference[i].String())
		}
	}
	return s.write(w, t)
}

// String returns the mean, and of several the range.
func (s spreadOf) String() string {
	if len(s.all) == 1 {
		return format(s.mean(), 3)
	}
	return fmt.Sprintf("%s (%s to %s)", format(s.mean(), 3), format(s.least(), 3), format(s.most(), 3))
}
