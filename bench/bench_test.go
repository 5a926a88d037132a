package bench_test

import (
	"fmt"
	"testing"

	"sdrm/bench"
	"sdrm/internal/parallel"
)

// report adds a rate and, where the ceiling was measured, its share.
func report(b *testing.B, amount float64, unit string, ceiling float64) {
	rate := amount * float64(b.N) / b.Elapsed().Seconds() / 1e9
	b.ReportMetric(rate, unit)
	b.ReportMetric(100*rate/ceiling, "%ceiling")
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func BenchmarkCeiling(b *testing.B) {
	b.Run("fma", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(bench.PeakGFLOPS(), "GFLOP/s")
		}
	})
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(bench.BandwidthGBs(), "GB/s")
		}
	})
}

func BenchmarkGemm(b *testing.B) {
	for _, threads := range []int{1, 2} {
		parallel.SetWorkers(threads)
		peak := bench.PeakGFLOPS()
		for _, n := range []int{64, 128, 256, 512, 1024, 2048} {
			b.Run(fmt.Sprintf("n=%d/threads=%d", n, threads), func(b *testing.B) {
				g := must(bench.NewGemm(n, n, n))
				g.Run()
				for b.Loop() {
					g.Run()
				}
				report(b, g.Flops(), "GFLOP/s", peak)
			})
		}
	}
	parallel.SetWorkers(0)
}

// Shares of the ceiling above 100 % come from Winograd's fewer multiplications.
func BenchmarkConv(b *testing.B) {
	peak := bench.PeakGFLOPS()
	for _, s := range append(bench.VGG11(256), bench.ResNet18(256)...) {
		for _, pass := range []string{bench.Forward, bench.GradInput, bench.GradWeight} {
			b.Run(fmt.Sprintf("cin=%d/cout=%d/size=%d/kernel=%d/stride=%d/pass=%s", s.In, s.Out, s.Size, s.Kernel, s.Stride, pass), func(b *testing.B) {
				c := must(bench.NewConv(s, pass))
				c.Run()
				for b.Loop() {
					c.Run()
				}
				report(b, c.Flops(), "GFLOP/s", peak)
			})
		}
	}
}

// What is between the convolutions, in bytes that it must read and write at
// least, as a share of the bandwidth of memory.
func BenchmarkBetween(b *testing.B) {
	ceiling := bench.BandwidthGBs()
	for _, name := range bench.BetweenNames() {
		for _, s := range []struct{ size, channels int }{{32, 64}, {16, 128}, {8, 256}} {
			b.Run(fmt.Sprintf("op=%s/size=%d/channels=%d", name, s.size, s.channels), func(b *testing.B) {
				o := must(bench.NewBetween(name, 256, s.size, s.channels))
				o.Run()
				for b.Loop() {
					o.Run()
				}
				report(b, o.Bytes(), "GB/s", ceiling)
			})
		}
	}
}

func BenchmarkMMD(b *testing.B) {
	for _, d := range []int{16384, 8192, 2048} {
		b.Run(fmt.Sprintf("n=48/d=%d", d), func(b *testing.B) {
			m := must(bench.NewMMD(48, d))
			m.Run()
			for b.Loop() {
				m.Run()
			}
		})
	}
}

func BenchmarkEval(b *testing.B) {
	b.Run("model=vgg11/batch=256", func(b *testing.B) {
		e := must(bench.NewEval("vgg11", 256))
		e.Run()
		for b.Loop() {
			e.Run()
		}
		b.ReportMetric(256*float64(b.N)/b.Elapsed().Seconds(), "img/s")
	})
}

func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		model  string
		lambda float64
	}{{"vgg11", 0}, {"vgg11", 0.1}, {"resnet18", 0}} {
		b.Run(fmt.Sprintf("model=%s/batch=256/lambda=%v", c.model, c.lambda), func(b *testing.B) {
			s := must(bench.NewStep(c.model, 256, c.lambda, 1))
			s.Run()
			b.ReportAllocs()
			for b.Loop() {
				s.Run()
			}
			b.ReportMetric(256*float64(b.N)/b.Elapsed().Seconds(), "img/s")
		})
	}
}
