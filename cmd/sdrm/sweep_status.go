package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sdrm/experiment/sweep"
)

func newSweepStatus(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "status PLAN SOURCE...",
		Short: "Tell which cells of a plan are done, running, failed, stopped or missing",
		Long: `Tell which cells of a plan are done, running, failed, stopped or missing in the
sources, what there is foreign to the plan, and what contradicts what. A source is
a folder of run folders or a ledger (.jsonl).`,
		Example: "  sdrm sweep status specs/small-sweep.toml sweep",
		RunE: func(c *cobra.Command, args []string) error {
			s, err := survey(args)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(c.OutOrStdout(), statusOf(s))
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, cell := range s.Cells {
				printf(w, "%d\t%s\t%s\t%s\n", cell.Cell.Number, cell.Cell.Name, cell.State, detail(cell))
			}
			for _, err := range s.Foreign {
				printf(w, "foreign: %v\n", err)
			}
			for _, err := range s.Contradicting {
				printf(w, "contradicting: %v\n", err)
			}
			printf(w, "%s\n", summary(s))
			return w.Flush()
		},
	}
}

// detail says more of a cell's state, in a few words.
func detail(c sweep.Status) string {
	switch c.State {
	case sweep.Done:
		return fmt.Sprintf("weights %.16s", c.Record.WeightsSHA256)
	case sweep.Running, sweep.Stopped:
		return fmt.Sprintf("epoch %d/%d", c.Epoch, c.Cell.Spec.Train.Epochs)
	}
	return c.Reason
}

// summary counts the cells by state.
func summary(s *sweep.Survey) string {
	parts := []string{fmt.Sprintf("%d of %d cells are done", s.Count(sweep.Done), len(s.Cells))}
	for _, state := range []sweep.State{sweep.Running, sweep.Failed, sweep.Stopped, sweep.Missing} {
		if n := s.Count(state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return strings.Join(parts, ", ")
}

// cellStatus is what --json prints of a cell.
type cellStatus struct {
	Number int         `json:"cell"`
	Name   string      `json:"name"`
	State  sweep.State `json:"state"`
	Dir    string      `json:"dir,omitempty"`
	Epoch  int         `json:"epoch,omitempty"`
	Epochs int         `json:"epochs"`
	Reason string      `json:"reason,omitempty"`
	SHA256 string      `json:"weights_sha256,omitempty"`
}

// statuses is what --json prints of a sweep.
type statuses struct {
	Cells         []cellStatus `json:"cells"`
	Foreign       []string     `json:"foreign"`
	Contradicting []string     `json:"contradicting"`
}

func statusOf(s *sweep.Survey) statuses {
	out := statuses{Foreign: []string{}, Contradicting: []string{}} // never null in JSON
	for _, c := range s.Cells {
		now := cellStatus{Number: c.Cell.Number, Name: c.Cell.Name, State: c.State, Dir: c.Dir, Epoch: c.Epoch, Epochs: c.Cell.Spec.Train.Epochs, Reason: c.Reason}
		if c.Record != nil {
			now.SHA256 = c.Record.WeightsSHA256
		}
		out.Cells = append(out.Cells, now)
	}
	for _, err := range s.Foreign {
		out.Foreign = append(out.Foreign, err.Error())
	}
	for _, err := range s.Contradicting {
		out.Contradicting = append(out.Contradicting, err.Error())
	}
	return out
}
