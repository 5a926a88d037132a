package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// everyDetector stands in a list of detectors for all of them, and there alone.
const everyDetector = "all"

// detectorsFlag is the flag --detectors.
type detectorsFlag struct {
	text  string
	known []string // that the command can ask
}

// add makes the flag. usual says which detectors are asked without it.
func (d *detectorsFlag) add(c *cobra.Command, known []string, usual string) {
	d.known = known
	c.Flags().StringVar(&d.text, "detectors", "", everyDetector+", or names with commas: "+strings.Join(known, ", ")+" (default: "+usual+")")
	completeList(c, "detectors", []string{everyDetector}, known)
}

// every tells whether all detectors are asked by that word.
func (d *detectorsFlag) every() bool { return strings.TrimSpace(d.text) == everyDetector }

// names returns the names that the flag lists, each once: twice its results would count
// twice. They are nil for the usual ones.
func (d *detectorsFlag) names() (names []string, err error) {
	switch {
	case d.text == "":
		return nil, nil
	case d.every():
		return d.known, nil
	}
	for name := range strings.SplitSeq(d.text, ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == everyDetector:
			return nil, &usageError{fmt.Errorf("--detectors: found %s among other names, want it alone", everyDetector)}
		case !slices.Contains(d.known, name):
			return nil, &usageError{fmt.Errorf("--detectors: found %q, want %s or some of %s", name, everyDetector, strings.Join(d.known, ", "))}
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	return names, nil
}
