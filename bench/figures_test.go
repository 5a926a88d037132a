package bench_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"sdrm/bench"
	"sdrm/tensor"
)

// The counts by which times become rates, against counts by hand.
func TestOperationsAreCounted(t *testing.T) {
	g := must(bench.NewGemm(2, 3, 4))
	g.Run()
	if found, want := g.Flops(), 2*2.0*3*4; found != want {
		t.Errorf("gemm: %v operations, want %v", found, want)
	}
	const outputs = 2 * 4 * 4 * 6 // of a batch of two maps of 4×4 with 6 channels
	for _, c := range []struct {
		geometry tensor.ConvGeometry
		want     float64
	}{
		{tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}, 2 * outputs * 9 * 4},
		{tensor.ConvGeometry{Kernel: 3, Stride: 2, Pad: 1}, 2 * outputs / 4 * 9 * 4},
		{tensor.ConvGeometry{Kernel: 1, Stride: 1}, 2 * outputs * 4},
		{tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1, Groups: 2}, 2 * outputs * 9 * 2},
	} {
		for _, pass := range []string{bench.Forward, bench.GradInput, bench.GradWeight} {
			v := must(bench.NewConv(bench.ConvShape{Batch: 2, Size: 4, In: 4, Out: 6, ConvGeometry: c.geometry}, pass))
			v.Run()
			if found := v.Flops(); found != c.want || v.Algorithm() == "" {
				t.Errorf("%s of %+v: %v operations by %q, want %v", pass, c.geometry, found, v.Algorithm(), c.want)
			}
		}
	}
}

// What cannot be timed is refused with its name, and nothing panics.
func TestWhatCannotBeTimedIsRefused(t *testing.T) {
	conv := func(change func(s *bench.ConvShape), pass string) error {
		s := bench.ConvShape{Batch: 1, Size: 4, In: 4, Out: 4, ConvGeometry: tensor.ConvGeometry{Kernel: 3, Stride: 1, Pad: 1}}
		change(&s)
		_, err := bench.NewConv(s, pass)
		return err
	}
	last := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"gemm: m 0":                      last(bench.NewGemm(0, 1, 1)),
		"gemm: m 1, n -1":                last(bench.NewGemm(1, -1, 1)),
		"batch is 0, want at least 1":    conv(func(s *bench.ConvShape) { s.Batch = 0 }, bench.Forward),
		"kernel is 7, want at most 6":    conv(func(s *bench.ConvShape) { s.Kernel = 7 }, bench.Forward),
		"stride is 0":                    conv(func(s *bench.ConvShape) { s.Stride = 0 }, bench.GradInput),
		"padding is -1, want at least 0": conv(func(s *bench.ConvShape) { s.Pad = -1 }, bench.Forward),
		"groups are 3":                   conv(func(s *bench.ConvShape) { s.Groups = 3 }, bench.Forward),
		"batch is -1":                    conv(func(s *bench.ConvShape) { s.Batch, s.In = -1, -4 }, bench.Forward),
		"cin is -4":                      conv(func(s *bench.ConvShape) { s.In, s.Out = -4, -4 }, bench.Forward),
		"step: batch is -1":              last(bench.NewStep("vgg5", -1, 0, 1)),
		"batches are 0":                  last(bench.NewStep("vgg5", 1, 0, 0)),
		"lambda is NaN":                  last(bench.NewStep("vgg5", 1, math.NaN(), 1)),
		`pass is "back"`:                 conv(func(*bench.ConvShape) {}, "back"),
		"batch is 0":                     last(bench.Eval("vgg5", 0)),
		"absent":                         last(bench.Eval("absent", 1)),
		"mmd: n 1":                       last(bench.MMD(1, 1)),
		"d 0":                            last(bench.MMD(2, 0)),
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %q", err, name)
		}
	}
}

func TestWorksAreTimed(t *testing.T) {
	for _, run := range []func(){must(bench.Eval("vgg5", 1)), must(bench.MMD(4, 3))} {
		run()
	}
	const least = 20 * time.Millisecond
	runs := 0
	seconds := bench.Median(3, func() {
		runs++
		time.Sleep(least)
	})
	if runs < 4 || seconds < least.Seconds() {
		t.Errorf("%d runs took %v s, want one to warm up, three more, and at least %v each", runs, seconds, least)
	}
}
