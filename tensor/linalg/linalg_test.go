package linalg

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"sdrm/asm"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// random returns a matrix whose columns have falling variance.
func random(seed uint64, n, d int) tensor.View {
	s := rng.New(seed, rng.Measure, 0, 0)
	x := tensor.Matrix(make([]float32, n*d), n, d)
	for i := range x.Data {
		x.Data[i] = float32(s.Normal() / math.Sqrt(float64(1+i%d)))
	}
	return x
}

func TestSymmetricEigenEqualsGonum(t *testing.T) {
	cases := map[string]func(i, j int, s *rng.Stream) float64{
		"random":   func(i, j int, s *rng.Stream) float64 { return s.Normal() },
		"diagonal": func(i, j int, s *rng.Stream) float64 { return map[bool]float64{true: float64(i % 3)}[i == j] },
		"ones":     func(i, j int, s *rng.Stream) float64 { return 1 },
		"zero":     func(i, j int, s *rng.Stream) float64 { return 0 },
		"graded":   func(i, j int, s *rng.Stream) float64 { return s.Normal() * math.Ldexp(1, -2*max(i, j)) },
	}
	for name, element := range cases {
		for _, n := range []int{1, 2, 3, 7, 40} {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				s := rng.New(3, rng.Measure, 0, n)
				a := make([]float64, n*n)
				for i := range n {
					for j := range i + 1 {
						v := element(i, j, &s)
						a[i*n+j], a[j*n+i] = v, v
					}
				}
				sym := mat.NewSymDense(n, slices.Clone(a))
				var want mat.EigenSym
				if !want.Factorize(sym, false) {
					t.Fatal("gonum does not converge")
				}
				expected := want.Values(nil)
				slices.Reverse(expected)
				scale := 1 + mat.Norm(sym, 2)

				values, vectors := SymmetricEigen(slices.Clone(a), n)
				for i, v := range values {
					near(t, "value", v, expected[i], scale, 1e-13)
					vector := vectors[i*n : (i+1)*n]
					for j := range n {
						near(t, "A·v = λ·v", dot(a[j*n:(j+1)*n], vector), v*vector[j], scale, 1e-13)
						near(t, "orthonormal", dot(vectors[j*n:(j+1)*n], vector), map[bool]float64{true: 1}[i == j], 1, 1e-13)
					}
				}
			})
		}
	}
}

// TestLeadingEqualsDirect compares the ways of large matrices with that of
// small ones.
func TestLeadingEqualsDirect(t *testing.T) {
	z := random(5, 230, 270)
	for name, op := range map[string]operator{"explicit": explicit(gram(z)), "implicit": implicit(z)} {
		t.Run(name, func(t *testing.T) {
			want, wantVectors := direct(op, 4)
			got, gotVectors := leading(op, 4)
			for i := range want {
				near(t, "value", got[i], want[i], want[0], 1e-6)
				near(t, "vector", math.Abs(inner(gotVectors.Row(i), wantVectors.Row(i))), 1, 1, 1e-6)
			}
		})
	}
}

// TestLeadingOfExhaustedSpaces: an operator of low rank has fewer directions
// than a block, and no eigenvalues that stand out.
func TestLeadingOfExhaustedSpaces(t *testing.T) {
	const n = directSize + 40
	low, unit := zeros(n, n), zeros(n, n)
	for i := range n {
		unit.Data[i*n+i] = 1
		if i < 3 {
			low.Data[i*n+i] = float32(3 - i)
		}
	}
	for name, c := range map[string]struct {
		a    tensor.View
		want []float64
	}{"low rank": {low, []float64{3, 2, 1, 0, 0}}, "unit": {unit, []float64{1, 1, 1, 1, 1}}, "zero": {zeros(n, n), make([]float64, 5)}} {
		t.Run(name, func(t *testing.T) {
			got, vectors := leading(explicit(c.a), 5)
			for i, v := range c.want {
				near(t, "value", got[i], v, 1, 1e-6)
				for j := range 5 {
					near(t, "orthonormal", inner(vectors.Row(i), vectors.Row(j)), map[bool]float64{true: 1}[i == j], 1, 1e-5)
				}
			}
		})
	}
}

func TestPCALarge(t *testing.T) {
	x := random(9, 1100, 1030) // larger than explicitSize in both directions
	b, err := PCA(x, 3)
	if err != nil {
		t.Fatal(err)
	}
	p := b.Project(x)
	for i := range 3 {
		column := 0.0
		for r := range p.Rows {
			column += float64(p.At(r, i)) * float64(p.At(r, i))
		}
		near(t, "variance", column/float64(x.Rows-1), b.Variances[i], b.Variances[i], 1e-5)
		for j := range i {
			near(t, "orthogonal", inner(b.Components.Row(i), b.Components.Row(j)), 0, 1, 1e-4)
		}
	}
}

func TestPCALowRank(t *testing.T) {
	line := tensor.Matrix([]float32{0, 0, 0, 1, 2, 3, 2, 4, 6, 3, 6, 9}, 4, 3)
	equal := tensor.Matrix([]float32{1, 2, 1, 2, 1, 2}, 3, 2)
	for name, c := range map[string]struct {
		x    tensor.View
		rank int
	}{"line": {line, 1}, "point": {equal, 0}, "transposed": {line.T(), 1}} {
		t.Run(name, func(t *testing.T) {
			b, err := PCA(c.x, 3)
			if err != nil {
				t.Fatal(err)
			}
			if b.Components.Rows != c.rank || len(b.Variances) != c.rank {
				t.Fatalf("rank %d, want %d", b.Components.Rows, c.rank)
			}
			for _, r := range b.Residuals(c.x) {
				near(t, "residual", r, 0, 1, 1e-10)
			}
		})
	}
}

func TestPCARefusesWhatItCannotSquare(t *testing.T) {
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), 1e30} {
		if _, err := PCA(tensor.Matrix([]float32{0, 1, v, 2}, 2, 2), 1); !errors.Is(err, errRange) {
			t.Errorf("%v: error is %v, want errRange", v, err)
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	x := random(1, 4, 3)
	b, err := PCA(x, 2)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"one row":       func() { _, _ = PCA(random(1, 1, 3), 1) },
		"no component":  func() { _, _ = PCA(x, 0) },
		"other width":   func() { b.Project(random(1, 4, 2)) },
		"no cluster":    func() { KMeans(x, 0, 1, 0) },
		"many clusters": func() { KMeans(x, 5, 1, 0) },
		"no run":        func() { KMeans(x, 2, 0, 0) },
		"half a row":    func() { Halves(random(1, 1, 3)) },
		"one row ICA":   func() { FastICA(random(1, 1, 3), 1) },
		"few labels":    func() { Silhouette(x, []int{0, 1}) },
		"one label":     func() { Silhouette(x, []int{1, 1, 1, 1}) },
		"narrow atoms":  func() { OMP(random(1, 4, 2), x, 1) },
		"too sparse":    func() { OMP(x, x, 0) },
		"few atoms":     func() { OMP(x, x, 5) },
		"share 0":       func() { RobustGaussian(x, 0, 1) },
		"leaves one":    func() { RobustGaussian(x, .1, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("does not panic")
				}
			}()
			f()
		})
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct{ q, want float64 }{{0, 1}, {.5, 2.5}, {1, 8}, {1. / 6, 1.5}} {
		if got := Quantile([]float64{1, 2, 3, 8}, c.q); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: got %v, want %v", c.q, got, c.want)
		}
	}
}

func TestOrder(t *testing.T) {
	x := tensor.Matrix([]float32{2, 1, 1, 5, 1, 4, 2, 1}, 4, 2)
	if diff := cmp.Diff([]int{2, 1, 0, 3}, Order(x)); diff != "" {
		t.Error(diff)
	}
}

// TestTrapRestarts is k-means whose restarts differ from one version of a
// library to the next: here they are stated, and the order of the samples does
// not matter.
func TestTrapRestarts(t *testing.T) {
	x := random(4, 60, 3)
	want := KMeans(x, 3, 2, 8)
	s := rng.New(1, rng.Measure, 1, 1)
	for range 5 {
		order := make([]int, x.Rows)
		for i := range order {
			order[i] = i
		}
		s.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		y := tensor.Matrix(make([]float32, len(x.Data)), x.Rows, x.Cols)
		labels := make([]int, len(order))
		for to, from := range order {
			copy(y.Data[to*x.Cols:(to+1)*x.Cols], x.Data[from*x.Cols:])
			labels[to] = want.Labels[from]
		}
		got := KMeans(y, 3, 2, 8)
		if diff := cmp.Diff(labels, got.Labels); diff != "" {
			t.Fatal(diff)
		}
		if got.Inertia != want.Inertia {
			t.Errorf("inertia %v, want %v", got.Inertia, want.Inertia)
		}
		if halves := Halves(x); Halves(y).Inertia != halves.Inertia || Halves(y).Labels[0] != halves.Labels[order[0]] {
			t.Error("halves depend on the order of the samples")
		}
	}
}

func TestKMeansOfFewPoints(t *testing.T) {
	// Fewer different points than clusters: every point is its own centroid.
	x := tensor.Matrix([]float32{1, 1, 1, 4}, 4, 1)
	got := KMeans(x, 3, 3, 0)
	if got.Inertia != 0 {
		t.Errorf("inertia %v, want 0", got.Inertia)
	}
	if got.Labels[3] == got.Labels[0] {
		t.Error("different points share a cluster")
	}
	if got := Halves(x); got.Inertia != 0 || got.Labels[3] == got.Labels[0] {
		t.Errorf("halves %+v", got)
	}
	if got := Halves(tensor.Matrix([]float32{2, 2}, 2, 1)); got.Inertia != 0 {
		t.Errorf("halves of equal points: %+v", got)
	}
}

func TestSameBitsEverywhere(t *testing.T) {
	x := random(2, 90, 1500)
	type result struct {
		Components, Projected []float32
		Variances, Residuals  []float64
		Labels                []int
		Sources, Atoms        []float32
		Silhouette            float64
		Codes                 []Code
		Robust                Gaussian
	}
	run := func() result {
		b, err := PCA(x, 4)
		if err != nil {
			t.Fatal(err)
		}
		p := b.Project(x)
		labels := append(KMeans(p, 2, 2, 1).Labels, Halves(p).Labels...)
		sources, _ := FastICA(p, 1)
		atoms := LearnDictionary(b.Components, x, 2, 2)
		return result{
			b.Components.Data, p.Data, b.Variances, b.Residuals(x), labels,
			sources.Data, atoms.Data, Silhouette(p, labels[:p.Rows]), OMP(atoms, x, 3), RobustGaussian(p, .1, 9),
		}
	}
	want := run()
	for _, k := range asm.Available() {
		for _, workers := range []int{1, 2, 7} {
			restore := asm.Use(k)
			parallel.SetWorkers(workers)
			got := run()
			parallel.SetWorkers(0)
			restore()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v, %d workers: %s", k.ISA, workers, diff)
			}
		}
	}
}

// TestDictionaryFits: every round of learning leaves less of the samples.
func TestDictionaryFits(t *testing.T) {
	x, d := random(3, 60, 30), random(4, 12, 30)
	for i := range d.Rows {
		normalise(d.Row(i))
	}
	rest := func(rounds int) float64 {
		sum := 0.0
		for _, c := range OMP(LearnDictionary(d, x, 3, rounds), x, 3) {
			sum += c.Residual
		}
		return sum
	}
	before := rest(0)
	for _, rounds := range []int{1, 4, 16} {
		after := rest(rounds)
		if after >= before {
			t.Errorf("after %d rounds %v is left, before %v", rounds, after, before)
		}
		before = after
	}
}

// TestOMPStopsEarly: a sample that is an atom needs one, and 0 none.
func TestOMPStopsEarly(t *testing.T) {
	d := random(6, 5, 12)
	for i := range d.Rows {
		normalise(d.Row(i))
	}
	x := zeros(2, 12)
	copy(x.Data, d.Row(3))
	codes := OMP(d, x, 4)
	if diff := cmp.Diff([]int{3}, codes[0].Atoms); diff != "" {
		t.Error(diff)
	}
	if len(codes[1].Atoms) != 0 || codes[1].Residual != 0 {
		t.Errorf("zero is coded as %+v", codes[1])
	}
}

// TestRobustGaussianOfLargeForms takes the way of many columns, whose leading
// form is iterated for.
func TestRobustGaussianOfLargeForms(t *testing.T) {
	x := random(7, 600, 14)
	for i := range 40 {
		for j := range 14 {
			x.Data[i*14+j] += float32(4 * (j % 2))
		}
	}
	g := RobustGaussian(x, 40./600, 80)
	removed := 0
	for _, kept := range g.Kept[:40] {
		if !kept {
			removed++
		}
	}
	if removed < 36 || len(g.kept()) < 520 {
		t.Errorf("%d of 40 outliers are removed, %d samples stay", removed, len(g.kept()))
	}
}
