package main

import (
	"fmt"
	"reflect"
	"runtime"

	"github.com/spf13/cobra"

	"sdrm/asm"
	"sdrm/bench"
	"sdrm/models"
	"sdrm/tensor"
)

func newBench(g *globals) *cobra.Command {
	return group("bench", "Measure the engine on this machine",
		benchStep(g), benchGemm(g), benchConv(g), benchEval(g), benchMMD(g), benchScaling(g))
}

// benchCommand returns a subcommand of bench that prints what measure found, a struct, as
// JSON or, a line for each field in the format of its tag, as text.
func benchCommand(g *globals, use, short, example string, measure func() (any, error)) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Example: "  sdrm bench " + example, RunE: func(c *cobra.Command, _ []string) error {
		found, err := measure()
		if err != nil {
			return &usageError{err}
		}
		format, values := figures(found)
		return g.print(c, found, format, values...)
	}}
}

// figures returns what a benchmark found as the lines of its fields' tags.
func figures(found any) (format string, values []any) {
	v := reflect.ValueOf(found)
	for i := range v.NumField() {
		format += v.Type().Field(i).Tag.Get("text") + "\n"
		values = append(values, v.Field(i).Interface())
	}
	return format, values
}

func benchStep(g *globals) *cobra.Command {
	var model string
	var batch, steps int
	var lambda float64
	c := benchCommand(g, "step", "Time training steps (median) on synthetic images", "step --model vgg11 --lambda 0.1", func() (any, error) {
		s, err := newStep(model, batch, lambda, steps)
		if err != nil {
			return nil, err
		}
		s.Run()
		var before, after runtime.MemStats
		runs := 0.
		runtime.ReadMemStats(&before)
		seconds := bench.Median(steps, func() { s.Run(); runs++ })
		runtime.ReadMemStats(&after)
		return struct {
			Step   float64 `json:"step_s" text:"%.4f s a step"`
			Rate   float64 `json:"img_per_s" text:"%.1f images/s"`
			RSS    float64 `json:"peak_rss_mb" text:"%.0f MB of memory at the peak"`
			Values float64 `json:"values_mb" text:"%.0f MB of values and gradients"`
			Temp   float64 `json:"scratch_mb" text:"%.0f MB of temporary memory"`
			Allocs float64 `json:"allocs_per_step" text:"%.1f allocations a step"`
			MMD    float64 `json:"mmd_share" text:"%.4f of the step's time for the MMD"`
			ISA    string  `json:"isa" text:"%s"`
		}{
			seconds, float64(batch) / seconds,
			bench.PeakRSS(), mebibytes(s.Memory().Touched), mebibytes(tensor.Scratch.Usage().Touched),
			float64(after.Mallocs-before.Mallocs) / runs, s.MMDSeconds(steps) / seconds,
			asm.Current().ISA.String(),
		}, nil
	})
	c.Flags().StringVar(&model, "model", "vgg11", "model")
	complete(c, "model", models.Names())
	c.Flags().IntVar(&batch, "batch", 256, "images in a batch")
	c.Flags().Float64Var(&lambda, "lambda", 0, "weight of the MMD loss at all levels")
	c.Flags().IntVar(&steps, "steps", 5, "steps to time")
	return c
}

// newStep returns the step to run so many times.
func newStep(model string, batch int, lambda float64, steps int) (*bench.Step, error) {
	if steps < 1 {
		return nil, fmt.Errorf("bench: steps %d: want at least 1", steps)
	}
	return bench.NewStep(model, batch, lambda, 1)
}

func mebibytes(bytes int) float64 { return float64(bytes) / (1 << 20) }

func benchGemm(g *globals) *cobra.Command {
	var m, n, k int
	c := benchCommand(g, "gemm", "Time a matrix product beside the machine's peak", "gemm --m 256 --n 256 --k 256 --threads 1", func() (any, error) {
		p, err := bench.NewGemm(m, n, k)
		if err != nil {
			return nil, err
		}
		return struct {
			GFLOPS float64 `json:"gflops" text:"%.1f GFLOP/s"`
			Peak   float64 `json:"peak_gflops" text:"%.1f GFLOP/s at most"`
		}{p.Flops() / bench.Median(9, p.Run) / 1e9, bench.PeakGFLOPS()}, nil
	})
	c.Flags().IntVar(&m, "m", 512, "rows of the product")
	c.Flags().IntVar(&n, "n", 512, "columns of the product")
	c.Flags().IntVar(&k, "k", 512, "length of the inner sums")
	return c
}

func benchConv(g *globals) *cobra.Command {
	s := bench.ConvShape{ConvGeometry: tensor.ConvGeometry{Stride: 1}}
	var pass string
	c := benchCommand(g, "conv", "Time one pass of a convolution", "conv --cin 128 --cout 256 --size 8 --pass wgrad", func() (any, error) {
		s.Pad = s.Kernel / 2
		p, err := bench.NewConv(s, pass)
		if err != nil {
			return nil, err
		}
		seconds := bench.Median(9, p.Run)
		return struct {
			Milliseconds float64 `json:"ms" text:"%.3f ms"`
			GFLOPS       float64 `json:"gflops" text:"%.1f GFLOP/s, counted by the direct method"`
			Algorithm    string  `json:"algorithm" text:"%s"`
		}{seconds * 1e3, p.Flops() / seconds / 1e9, p.Algorithm()}, nil
	})
	c.Flags().IntVar(&s.In, "cin", 64, "input channels")
	c.Flags().IntVar(&s.Out, "cout", 128, "output channels")
	c.Flags().IntVar(&s.Size, "size", 16, "height and width of the map")
	c.Flags().IntVar(&s.Batch, "batch", 256, "images")
	c.Flags().IntVar(&s.Kernel, "kernel", 3, "side of the filter, padded by half")
	c.Flags().IntVar(&s.Stride, "stride", 1, "stride")
	c.Flags().IntVar(&s.Groups, "groups", 1, "groups that the channels fall into")
	c.Flags().StringVar(&pass, "pass", bench.Forward, "fwd, dgrad or wgrad")
	return c
}

func benchEval(g *globals) *cobra.Command {
	var model string
	var batch int
	c := benchCommand(g, "eval", "Time the evaluation of a batch", "eval --model resnet18", func() (any, error) {
		run, err := bench.Eval(model, batch)
		if err != nil {
			return nil, err
		}
		return struct {
			Rate float64 `json:"img_per_s" text:"%.1f images/s"`
		}{float64(batch) / bench.Median(max(9, 256/batch), run)}, nil
	})
	c.Flags().StringVar(&model, "model", "vgg11", "model")
	complete(c, "model", models.Names())
	c.Flags().IntVar(&batch, "batch", 256, "images in a batch")
	return c
}

func benchMMD(g *globals) *cobra.Command {
	var n, d int
	c := benchCommand(g, "mmd", "Time the MMD loss of two sets of n/2 latents and its gradient", "mmd --n 96 --d 4096", func() (any, error) {
		run, err := bench.MMD(n, d)
		if err != nil {
			return nil, err
		}
		return struct {
			Milliseconds float64 `json:"ms" text:"%.3f ms"`
		}{1e3 * bench.Median(9, run)}, nil
	})
	c.Flags().IntVar(&n, "n", 48, "latents of both sets together")
	c.Flags().IntVar(&d, "d", 16384, "values of a latent")
	return c
}
