package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/asm"
	"sdrm/bench"
)

// scalingCores are the numbers of cores that are predicted for.
var scalingCores = []int{2, 4, 16, 64, 128}

// shownLosses is how many functions the text names for each number of cores.
const shownLosses = 3

// scaling is what bench scaling prints.
type scaling struct {
	Model   string             `json:"model"`
	Batch   int                `json:"batch"`
	OneCore float64            `json:"one_core_s"`
	Wake    float64            `json:"wake_s"`
	ISA     string             `json:"isa"`
	Cores   []bench.Prediction `json:"predictions"`
}

func benchScaling(g *globals) *cobra.Command {
	var model string
	var batch, steps int
	var lambda float64
	c := &cobra.Command{
		Use:   "scaling",
		Short: "Predict a training step on more cores from how its loops are cut",
		Long: `Times every task of every loop of a training step, cut for so many cores, in one
thread, and predicts the step on them: the tasks of a loop are taken in turn by
whichever core is free, cores are woken one after the other, and what lies between
loops is done by one. Caches and memory are taken to serve every core as they serve
the one, on machines of several nodes as well. Blocks of images that are cut for the
caches of many cores go through that of one here, which takes longer.`,
		Example: "  sdrm bench scaling --model resnet18",
		RunE: func(c *cobra.Command, _ []string) error {
			step, err := newStep(model, batch, lambda, steps)
			if err != nil {
				return &usageError{err}
			}
			s := bench.NewScaling(step, steps)
			found := scaling{Model: model, Batch: batch, OneCore: s.OneCore, Wake: s.Wake, ISA: asm.Current().ISA.String()}
			for _, n := range scalingCores {
				found.Cores = append(found.Cores, s.Predict(n))
			}
			if g.json {
				return printJSON(c.OutOrStdout(), found)
			}
			return found.write(c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&model, "model", "vgg11", "model")
	c.Flags().IntVar(&batch, "batch", 256, "images in a batch")
	c.Flags().Float64Var(&lambda, "lambda", 0, "weight of the MMD loss at all levels")
	c.Flags().IntVar(&steps, "steps", 5, "steps to record; of each task the least time counts")
	return c
}

// write prints a line for each number of cores, and what ends the speed-up.
func (s scaling) write(w io.Writer) error {
	err := printf(w, "%s, batch %d, %s: %.4f s on one core; one more worker costs a loop %.2f µs\n",
		s.Model, s.Batch, s.ISA, s.OneCore, 1e6*s.Wake)
	if err != nil {
		return err
	}
	if err := printf(w, "%5s  %8s  %8s  %10s  %s\n", "cores", "step s", "speed-up", "efficiency", "most is lost in"); err != nil {
		return err
	}
	for _, p := range s.Cores {
		var most []string
		for _, l := range p.Losses[:min(shownLosses, len(p.Losses))] {
			most = append(most, fmt.Sprintf("%s %.1f ms", l.Function, 1e3*l.Seconds))
		}
		err := printf(w, "%5d  %8.4f  %8.2f  %9.0f%%  %s\n", p.Cores, p.Seconds, p.Speedup, 100*p.Efficiency, strings.Join(most, ", "))
		if err != nil {
			return err
		}
	}
	return nil
}
