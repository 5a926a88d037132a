package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
	"github.com/spf13/cobra"

	"sdrm/asm"
	"sdrm/internal/parallel"
)

// info is what the program knows about itself and the machine.
type info struct {
	Version string         `json:"version"`
	Go      string         `json:"go"`
	System  string         `json:"system"`
	CPU     string         `json:"cpu"`
	Caches  map[string]int `json:"caches"` // bytes
	Cores   int            `json:"cores"`
	Threads int            `json:"threads"`
	ISA     string         `json:"isa"`
	ISAs    []string       `json:"isas"` // that this CPU can run
	Tile    string         `json:"gemm_tile"`
}

func newInfo(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:     "info",
		Short:   "Show CPU, instruction set, kernels, caches and version",
		Example: "  sdrm info --json",
		RunE: func(c *cobra.Command, _ []string) error {
			i := gatherInfo()
			return g.print(c, i, "version  %s, %s, %s\ncpu      %s, %d cores, %d threads in use\n"+
				"caches   L1 %d KiB, L2 %d KiB, L3 %d KiB\nkernels  %s of %s, gemm tile %s\n",
				i.Version, i.Go, i.System, i.CPU, i.Cores, i.Threads,
				i.Caches["l1"]>>10, i.Caches["l2"]>>10, i.Caches["l3"]>>10, i.ISA, strings.Join(i.ISAs, ", "), i.Tile)
		},
	}
}

func gatherInfo() info {
	cpu, kernels := &cpuid.CPU, asm.Current()
	i := info{
		Version: programVersion(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, CPU: cpu.BrandName,
		Caches: map[string]int{"l1": max(cpu.Cache.L1D, 0), "l2": max(cpu.Cache.L2, 0), "l3": max(cpu.Cache.L3, 0)},
		Cores:  runtime.NumCPU(), Threads: parallel.Workers(),
		ISA: kernels.ISA.String(), Tile: fmt.Sprintf("%dx%d", kernels.MR, kernels.NR),
	}
	for _, k := range asm.Available() {
		i.ISAs = append(i.ISAs, k.ISA.String())
	}
	return i
}
