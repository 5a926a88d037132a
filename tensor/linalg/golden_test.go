package linalg

import (
	"math"
	"slices"
	"testing"

	"sdrm/internal/golden"
	"sdrm/tensor"
)

// goldens is testdata/golden.json, which golden.py beside it wrote.
type goldens struct {
	PCA []struct {
		Name                  string
		X                     [][]float32
		K                     int
		Components, Projected [][]float64
		Variances, Residuals  []float64
		Singular              []float64
		Total                 float64
	}
	KMeans []struct {
		Name    string
		X       [][]float32
		K       int
		Labels  []int
		Inertia float64
	}
	Silhouette []struct {
		Name   string
		X      [][]float32
		Labels []int
		Mean   float64
	}
	ICA []struct {
		Name    string
		X       [][]float32
		K       int
		Sources [][]float64
	}
	OMP []struct {
		Name             string
		Dictionary, X    [][]float32
		Sparsity         int
		Weights, Learned [][]float64
		Residuals        []float64
	}
	Large []struct {
		Name          string
		Rows, Cols, K int
		Amplitudes    []float64
		Variances     []float64
		Heads         [][]float64
		Total         float64
	}
	Robust []struct {
		Name       string
		X          [][]float32
		Poison     float64
		Limit      int
		Mean       []float64
		Covariance [][]float64
		Kept       []bool
	}
}

func readGolden(t *testing.T) goldens {
	return golden.Read[goldens](t, "testdata/golden.json")
}

func matrix(rows [][]float32) tensor.View {
	return tensor.Matrix(slices.Concat(rows...), len(rows), len(rows[0]))
}

// near fails unless got is within tolerance of want, relative to scale.
func near(t *testing.T, what string, got, want, scale, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*scale) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func nearMatrix(t *testing.T, what string, got tensor.View, want [][]float64, scale, tolerance float64) {
	t.Helper()
	if got.Rows != len(want) || got.Cols != len(want[0]) {
		t.Fatalf("%s: got %d×%d, want %d×%d", what, got.Rows, got.Cols, len(want), len(want[0]))
	}
	for i, row := range want {
		for j, v := range row {
			near(t, what, float64(got.At(i, j)), v, scale, tolerance)
		}
	}
}

func TestPCAGolden(t *testing.T) {
	for _, c := range readGolden(t).PCA {
		t.Run(c.Name, func(t *testing.T) {
			x := matrix(c.X)
			b, err := PCA(x, c.K)
			if err != nil {
				t.Fatal(err)
			}
			scale := math.Sqrt(c.Total)
			nearMatrix(t, "components", b.Components, c.Components, 1, 2e-5)
			nearMatrix(t, "projection", b.Project(x), c.Projected, scale, 2e-5)
			for i, v := range c.Variances {
				near(t, "variance", b.Variances[i], v, c.Total, 1e-6)
			}
			near(t, "total", b.Total, c.Total, c.Total, 1e-6)
			for i, r := range b.Residuals(x) {
				near(t, "residual", r, c.Residuals[i], c.Total, 1e-5)
			}
			for i, want := range c.Singular {
				near(t, "singular vector", float64(b.Components.At(0, i)), want, 1, 2e-5)
			}
		})
	}
}

// large is large_matrix of testdata/golden.py.
func large(n, d int, amplitudes []float64) tensor.View {
	mix := func(z uint64) uint64 {
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
	sign := func(r, at int) float64 { return 1 - 2*float64(mix(uint64(r+1)<<32+uint64(at))&1) }
	x := zeros(n, d)
	for i := range n {
		for j := range d {
			v := float64(float64(mix(uint64(i*d+j))>>40)*0x1p-23) - 1
			for r, a := range amplitudes {
				v += float64(a * sign(r, i) * sign(r, n+j))
			}
			x.Data[i*d+j] = float32(v)
		}
	}
	return x
}

// TestLargePCAGolden: matrices for which the space of the iteration is far
// smaller than the matrix. Where eigenvalues stand out they are found; in noise,
// whose eigenvalues lie side by side, the directions hold nearly as much
// variance.
func TestLargePCAGolden(t *testing.T) {
	for _, c := range readGolden(t).Large {
		t.Run(c.Name, func(t *testing.T) {
			b, err := PCA(large(c.Rows, c.Cols, c.Amplitudes), c.K)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "total", b.Total, c.Total, c.Total, 1e-6)
			if c.Name == "noise" {
				held, want := 0.0, 0.0
				for i, v := range c.Variances {
					held, want = held+b.Variances[i], want+v
				}
				if held < 0.98*want || held > want*(1+1e-6) {
					t.Errorf("the components hold a variance of %v, the best %v", held, want)
				}
				return
			}
			for i, v := range c.Variances {
				near(t, "variance", b.Variances[i], v, v, 1e-6)
				for j, want := range c.Heads[i] {
					near(t, "component", float64(b.Components.At(i, j)), want, 1, 2e-5)
				}
			}
		})
	}
}

// TestKMeansGolden: with a hundred restarts every seed finds scikit-learn's
// partition.
func TestKMeansGolden(t *testing.T) {
	for _, c := range readGolden(t).KMeans {
		t.Run(c.Name, func(t *testing.T) {
			for seed := range uint64(100) {
				samePartition(t, KMeans(matrix(c.X), c.K, 100, seed), c.Labels, c.Inertia)
			}
			// Where there is one cloud only, the best halves are hidden among others
			// nearly as good.
			if got := Halves(matrix(c.X)); c.K == 2 && !(got.Inertia < 1.001*c.Inertia) {
				t.Errorf("halves: inertia %v, want nearly %v", got.Inertia, c.Inertia)
			}
		})
	}
}

// TestKMeansOfAMixture compares with testdata/kmeans.json, by scikit-learn: two
// groups along one of five directions of variance 1, which one start of greedy
// k-means++ finds in about half of all cases.
func TestKMeansOfAMixture(t *testing.T) {
	c := golden.Read[struct {
		X       [][]float32
		Labels  []int
		Inertia float64
	}](t, "testdata/kmeans.json")
	for seed := range uint64(40) {
		samePartition(t, KMeans(matrix(c.X), 2, 30, seed), c.Labels, c.Inertia)
	}
	samePartition(t, Halves(matrix(c.X)), c.Labels, c.Inertia)
}

// samePartition compares partitions whatever the numbers of the clusters.
func samePartition(t *testing.T, got Clustering, labels []int, inertia float64) {
	t.Helper()
	near(t, "inertia", got.Inertia, inertia, inertia, 1e-9)
	number := map[int]int{}
	for i, label := range labels {
		if _, seen := number[label]; !seen {
			number[label] = got.Labels[i]
		}
		if got.Labels[i] != number[label] {
			t.Errorf("point %d is in another cluster", i)
		}
	}
	if len(number) != len(got.Centroids) {
		t.Errorf("%d clusters, want %d", len(number), len(got.Centroids))
	}
}

func TestSilhouetteGolden(t *testing.T) {
	for _, c := range readGolden(t).Silhouette {
		t.Run(c.Name, func(t *testing.T) {
			near(t, "silhouette", Silhouette(matrix(c.X), c.Labels), c.Mean, 1, 1e-12)
		})
	}
}

// TestFastICAGolden compares the sources whatever their order and their signs,
// which the method does not determine.
func TestFastICAGolden(t *testing.T) {
	for _, c := range readGolden(t).ICA {
		t.Run(c.Name, func(t *testing.T) {
			x := matrix(c.X)
			if x.Cols > c.K {
				b, err := PCA(x, c.K)
				if err != nil {
					t.Fatal(err)
				}
				x = b.Project(x)
			}
			sources, converged := fastICA(x, 1, 1e-12, 5000)
			if !converged || sources.Cols != c.K {
				t.Fatalf("%d sources, converged: %v", sources.Cols, converged)
			}
			for j := range c.K {
				best := math.Inf(1)
				for k := range c.K {
					for _, sign := range []float64{1, -1} {
						worst := 0.0
						for i, row := range c.Sources {
							worst = max(worst, math.Abs(float64(sources.At(i, j))-sign*row[k]))
						}
						best = min(best, worst)
					}
				}
				near(t, "source", best, 0, 1, 1e-5)
			}
		})
	}
}

func TestOMPGolden(t *testing.T) {
	for _, c := range readGolden(t).OMP {
		t.Run(c.Name, func(t *testing.T) {
			dictionary, x := matrix(c.Dictionary), matrix(c.X)
			for i, code := range OMP(dictionary, x, c.Sparsity) {
				weights := make([]float64, dictionary.Rows)
				for j, atom := range code.Atoms {
					weights[atom] = code.Weights[j]
				}
				for j, w := range weights {
					near(t, "weight", w, c.Weights[i][j], 1, 1e-5)
				}
				near(t, "residual", code.Residual, c.Residuals[i], 1, 1e-5)
			}
			nearMatrix(t, "learned", LearnDictionary(dictionary, x, c.Sparsity, 2), c.Learned, 1, 1e-5)
		})
	}
}

func TestRobustGaussianGolden(t *testing.T) {
	for _, c := range readGolden(t).Robust {
		t.Run(c.Name, func(t *testing.T) {
			x := matrix(c.X)
			got := RobustGaussian(x, c.Poison, c.Limit)
			for i, kept := range c.Kept {
				if got.Kept[i] != kept {
					t.Errorf("sample %d: kept %v, want %v", i, got.Kept[i], kept)
				}
			}
			for i, row := range c.Covariance {
				near(t, "mean", got.Mean[i], c.Mean[i], 1+math.Abs(c.Mean[i]), 1e-9)
				for j, v := range row {
					near(t, "covariance", got.Covariance[i*x.Cols+j], v, 1+math.Abs(v), 1e-9)
				}
			}
			// Whitened, what was kept has the identity as its covariance.
			white := Float64s(got.Whiten(x))
			var kept [][]float64
			for i, k := range got.Kept {
				if k {
					kept = append(kept, white[i])
				}
			}
			for i, v := range SecondMoment(kept, x.Cols) {
				near(t, "whitened", v, map[bool]float64{true: 1}[i%(x.Cols+1) == 0], 1, 1e-5)
			}
		})
	}
}
