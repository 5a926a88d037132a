package bench_test

import (
	"fmt"
	"testing"

	"sdrm/bench"
	"sdrm/internal/parallel"
	"sdrm/tensor"
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
			b.ReportMetric(bandwidthGBs(), "GB/s")
		}
	})
}

// bandwidthFloats is the length of the arrays that bandwidth is measured on,
// 128 MiB each: more than a cache holds.
const bandwidthFloats = 1 << 25

// bandwidthGBs measures the ceiling of everything that streams through memory:
// two arrays read and one written (McCalpin's STREAM "add"), in GB/s.
func bandwidthGBs() float64 {
	shape := tensor.Shape{bandwidthFloats, 1, 1, 1}
	x, y, z := tensor.New(shape), tensor.New(shape), tensor.New(shape)
	seconds := bench.Median(5, func() { tensor.Add(z, x, y) })
	return 3 * 4 * bandwidthFloats / seconds / 1e9
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
	for _, s := range append(vgg11Convs(), resNet18Convs()...) {
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

// vgg11Convs lists the convolutions of VGG-11 on 32×32 images.
func vgg11Convs() []bench.ConvShape {
	g := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	return []bench.ConvShape{
		{256, 32, 3, 64, g}, {256, 16, 64, 128, g}, {256, 8, 128, 256, g}, {256, 8, 256, 256, g},
		{256, 4, 256, 512, g}, {256, 4, 512, 512, g}, {256, 2, 512, 512, g},
	}
}

// resNet18Convs lists the convolutions of ResNet-18 on 32×32 images, each shape
// once and but those that VGG-11 has too.
func resNet18Convs() []bench.ConvShape {
	same := tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}
	half := tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}
	shortcut := tensor.ConvGeometry{Kernel: 1, Stride: 2}
	return []bench.ConvShape{
		{256, 32, 64, 64, same}, {256, 32, 64, 128, half}, {256, 32, 64, 128, shortcut},
		{256, 16, 128, 128, same}, {256, 16, 128, 256, half}, {256, 16, 128, 256, shortcut},
		{256, 8, 256, 512, half}, {256, 8, 256, 512, shortcut},
	}
}

func BenchmarkMMD(b *testing.B) {
	for _, d := range []int{16384, 8192, 2048} {
		b.Run(fmt.Sprintf("n=48/d=%d", d), func(b *testing.B) {
			run := must(bench.MMD(48, d))
			run()
			for b.Loop() {
				run()
			}
		})
	}
}

func BenchmarkEval(b *testing.B) {
	for _, model := range []string{"vgg11", "resnet18"} {
		for _, batch := range []int{1, 8, 256} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("model=%s/batch=%d/threads=%d", model, batch, threads), func(b *testing.B) {
					parallel.SetWorkers(threads)
					defer parallel.SetWorkers(0)
					run := must(bench.Eval(model, batch))
					run()
					b.ReportAllocs()
					for b.Loop() {
						run()
					}
					b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "img/s")
				})
			}
		}
	}
}

func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		model  string
		batch  int
		lambda float64
	}{{"vgg11", 256, 0}, {"vgg11", 256, 0.1}, {"resnet18", 256, 0}, {"mobilenetv2", 128, 0}, {"densenet121", 128, 0}} {
		b.Run(fmt.Sprintf("model=%s/batch=%d/lambda=%v", c.model, c.batch, c.lambda), func(b *testing.B) {
			s := must(bench.NewStep(c.model, c.batch, c.lambda, 1))
			s.Run()
			b.ReportAllocs()
			for b.Loop() {
				s.Run()
			}
			b.ReportMetric(float64(c.batch*b.N)/b.Elapsed().Seconds(), "img/s")
		})
	}
}
