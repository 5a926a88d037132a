package defenses

import (
	"context"
	"strings"
	"testing"

	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// activations draws n latents of d values as a ReLU leaves them: sums of a few
// dozen directions of falling weight, noise, and a tenth of the samples moved
// together, with everything below 0 cut off.
func activations(n, d int, seed uint64) (x tensor.View, malicious []bool) {
	const rank = 48
	draw := func(rows, cols int, purpose int) tensor.View {
		m := tensor.Matrix(make([]float32, rows*cols), rows, cols)
		fillLoop.Run(rows, fillArgs{m, seed, purpose})
		return m
	}
	factors, directions := draw(n, rank, 0), draw(rank, d, 1)
	malicious = make([]bool, n)
	for i := range n {
		malicious[i] = i%10 == 9
		for j := range rank {
			factors.Data[i*rank+j] /= float32(1 + j/2)
		}
		if malicious[i] {
			factors.Data[i*rank+3] += 4
		}
	}
	x = draw(n, d, 2)
	tensor.Gemm(x, factors, directions, true)
	for i, v := range x.Data {
		x.Data[i] = max(v, 0)
	}
	return x, malicious
}

type fillArgs struct {
	m       tensor.View
	seed    uint64
	purpose int
}

var fillLoop = parallel.NewLoop(func(a *fillArgs, i int) {
	s := rng.New(a.seed, rng.Generate, a.purpose, i)
	for j := range a.m.Cols {
		// The sum of four uniform numbers is normal enough.
		a.m.Data[i*a.m.Cols+j] = s.Float32() + s.Float32() + s.Float32() + s.Float32() - 2
	}
})

// cloud draws n latents of d values from a Gaussian without a direction of its
// own, and a tenth of them from one that is moved: the spectrum behind the
// first direction has no gaps, which is the hardest for iterations.
func cloud(n, d int, seed uint64) (x tensor.View) {
	x = tensor.Matrix(make([]float32, n*d), n, d)
	fillLoop.Run(n, fillArgs{x, seed, 0})
	for i := 9; i < n; i += 10 {
		row := x.Data[i*d : (i+1)*d]
		for j := range row {
			row[j] += 0.25
		}
	}
	return x
}

// BenchmarkDetectors inspects 10 000 latents of 8 192 values with the three
// detectors of the paper, one after the other, with 500 clean latents for the
// one that needs them.
func BenchmarkDetectors(b *testing.B) {
	const n, d = 10000, 8192
	relu, _ := activations(n, d, 1)
	gauss := cloud(n, d, 1)
	for _, set := range []struct {
		name string
		x    tensor.View
	}{{"relu", relu}, {"gauss", gauss}} {
		clean := set.x
		clean.Rows = 500
		in := Input{Latents: set.x, Clean: clean, Seed: 1, ExpectedPoison: 0.1}
		for _, names := range [][]string{{"ac"}, {"ss"}, {"sr"}, {"ac", "ss", "sr"}} {
			b.Run(set.name+"/"+strings.Join(names, "+"), func(b *testing.B) {
				for b.Loop() {
					for _, name := range names {
						detector, err := New(name)
						if err != nil {
							b.Fatal(err)
						}
						if _, err := detector.Inspect(context.Background(), in); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/set")
			})
		}
	}
}
