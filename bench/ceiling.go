package bench

import (
	"sdrm/asm"
	"sdrm/internal/parallel"
)

// peakRounds makes one measurement of the peak take about a millisecond.
const peakRounds = 20000

var peakLoop = parallel.NewLoop(func(flops *[]float64, worker int) {
	(*flops)[worker] = asm.Current().Peak(peakRounds)
})

// PeakGFLOPS measures the ceiling of every product: fused multiply-adds on
// registers alone, on all threads in use, in GFLOP/s.
func PeakGFLOPS() float64 {
	flops := make([]float64, parallel.Workers())
	seconds := Median(9, func() { peakLoop.Run(len(flops), flops) })
	sum := 0.0
	for _, f := range flops {
		sum += f
	}
	return sum / seconds / 1e9
}
