package linalg

import (
	"fmt"
	"math"
	"slices"

	"sdrm/internal/fmath"
	"sdrm/internal/parallel"
	"sdrm/internal/rng"
	"sdrm/tensor"
)

// Clustering is a partition of the rows of a matrix around centroids.
type Clustering struct {
	Labels []int // cluster of each row
	// Centroids are ordered by their values, compared element by element, so
	// that the numbering does not depend on chance.
	Centroids [][]float64
	Inertia   float64 // Σ squared distances of rows to their centroid
}

// KMeans partitions the rows of x into k clusters: Lloyd's iterations from
// greedy k-means++ seeds (Arthur and Vassilvitskii, SODA 2007), the best of
// restarts runs by inertia. Draws come from counters and rows are visited in the order
// of their values, so permuting the rows permutes the labels and changes
// nothing else. It panics unless 1 ≤ k ≤ rows and restarts ≥ 1.
func KMeans(x tensor.View, k, restarts int, seed uint64) Clustering {
	if k < 1 || k > x.Rows || restarts < 1 {
		panic(fmt.Sprintf("linalg: KMeans: cannot find %d clusters of %d rows in %d runs", k, x.Rows, restarts))
	}
	order := Order(x)
	points := Float64s(Take(x, order))
	runs := make([]Clustering, restarts)
	restartLoop.Run(restarts, restartArgs{points, k, seed, runs})
	best := runs[0]
	for _, c := range runs {
		if c.Inertia < best.Inertia {
			best = c
		}
	}
	return best.restore(order)
}

type restartArgs struct {
	points [][]float64
	k      int
	seed   uint64
	runs   []Clustering
}

var restartLoop = parallel.NewLoop(func(a *restartArgs, r int) {
	stream := rng.New(a.seed, rng.Search, 1, r)
	a.runs[r] = lloyd(a.points, plusPlus(a.points, a.k, &stream))
})

// Halves partitions the rows of x into two clusters without draws: Lloyd's
// iterations from what lies on both sides of the mean along each of the first five
// principal components (ours; the first is where the relaxed problem has its
// optimum: Ding and He, ICML 2004), the best by inertia. It panics if there is one
// row.
func Halves(x tensor.View) Clustering {
	const starts = 5
	if x.Rows < 2 {
		panic("linalg: Halves: wants at least two rows")
	}
	order := Order(x)
	sorted := Take(x, order)
	points, g := Float64s(sorted), FitGaussian(sorted, nil)
	centred := g.centred(points, g.kept())
	_, vectors := SymmetricEigen(g.Covariance, x.Cols)
	best := Clustering{Inertia: math.Inf(1)}
	for k := range min(starts, x.Cols) {
		direction := vectors[k*x.Cols:][:x.Cols]
		start := Clustering{Labels: make([]int, len(points)), Centroids: [][]float64{g.Mean, g.Mean}}
		for i, p := range centred {
			if dot(p, direction) > 0 {
				start.Labels[i] = 1
			}
		}
		start.update(points)
		if c := lloyd(points, start.Centroids); c.Inertia < best.Inertia || k == 0 {
			best = c
		}
	}
	return best.restore(order)
}

// restore orders the centroids, and the labels as the rows were before they were
// brought into an order.
func (c Clustering) restore(order []int) Clustering {
	c.sortCentroids()
	labels := make([]int, len(order))
	for i, row := range order {
		labels[row] = c.Labels[i]
	}
	c.Labels = labels
	return c
}

// plusPlus draws k seeds, the first uniformly. For each further one it draws
// 2 + ⌊ln k⌋ candidates with probability proportional to their squared distance
// from the seeds so far, and takes the one that leaves the least sum of these
// (the greedy variant of Arthur and Vassilvitskii, section 7, with scikit-learn's
// number of candidates).
func plusPlus(points [][]float64, k int, stream *rng.Stream) [][]float64 {
	first := points[stream.IntN(len(points))]
	centroids := [][]float64{slices.Clone(first)}
	nearest := make([]float64, len(points))
	total := 0.0
	for i, p := range points {
		nearest[i] = SquaredDistance(p, first)
		total += nearest[i]
	}
	candidates := 2 + int(fmath.Log(float64(k)))
	tried, best := make([]float64, len(points)), make([]float64, len(points))
	for len(centroids) < k {
		var seed []float64
		least := math.Inf(1)
		for range candidates {
			candidate := points[proportional(nearest, float64(stream.Float64()*total))]
			left := 0.0
			for i, p := range points {
				tried[i] = min(nearest[i], SquaredDistance(p, candidate))
				left += tried[i]
			}
			if left < least || seed == nil {
				seed, least = candidate, left
				best, tried = tried, best
			}
		}
		centroids = append(centroids, slices.Clone(seed))
		nearest, best, total = best, nearest, least
	}
	return centroids
}

// proportional returns the place in weights where their running sum exceeds the
// target, the last if rounding keeps it below.
func proportional(weights []float64, target float64) int {
	for i, w := range weights {
		if target -= w; target < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// lloyd moves the centroids to the means of their points until no point
// changes its cluster. A point equally far from two goes to the first.
func lloyd(points, centroids [][]float64) Clustering {
	const maxIterations = 300 // scikit-learn's default
	c := Clustering{Labels: slices.Repeat([]int{-1}, len(points)), Centroids: centroids}
	for range maxIterations {
		if !c.assign(points) {
			break
		}
		c.update(points)
	}
	return c
}

// assign gives every point its nearest centroid and tells whether any changed.
func (c *Clustering) assign(points [][]float64) (changed bool) {
	c.Inertia = 0
	for i, p := range points {
		label, distance := 0, math.Inf(1)
		for j, centroid := range c.Centroids {
			if d := SquaredDistance(p, centroid); d < distance {
				label, distance = j, d
			}
		}
		changed = changed || label != c.Labels[i]
		c.Labels[i] = label
		c.Inertia += distance
	}
	return changed
}

// update moves every centroid to the mean of its points. A cluster that lost
// all of them takes over the point farthest from its own centroid.
func (c *Clustering) update(points [][]float64) {
	counts := make([]int, len(c.Centroids))
	means := make([][]float64, len(c.Centroids))
	for j := range means {
		means[j] = make([]float64, len(c.Centroids[j]))
	}
	for i, p := range points {
		counts[c.Labels[i]]++
		axpy(means[c.Labels[i]], 1, p)
	}
	for j, mean := range means {
		if counts[j] == 0 {
			copy(mean, points[c.farthest(points)])
		} else {
			for i := range mean {
				mean[i] /= float64(counts[j])
			}
		}
		c.Centroids[j] = mean
	}
}

func (c *Clustering) farthest(points [][]float64) int {
	point, distance := 0, -1.0
	for i, p := range points {
		if d := SquaredDistance(p, c.Centroids[c.Labels[i]]); d > distance {
			point, distance = i, d
		}
	}
	return point
}

// sortCentroids renumbers the clusters by the values of their centroids.
func (c *Clustering) sortCentroids() {
	k := len(c.Centroids)
	centroids, number := make([][]float64, k), make([]int, k)
	for to, from := range Order(float32s(c.Centroids, len(c.Centroids[0]))) {
		centroids[to], number[from] = c.Centroids[from], to
	}
	for i, label := range c.Labels {
		c.Labels[i] = number[label]
	}
	c.Centroids = centroids
}

// SquaredDistance returns ‖x − y‖².
func SquaredDistance(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		d := v - y[i]
		sum += float64(d * d)
	}
	return sum
}
