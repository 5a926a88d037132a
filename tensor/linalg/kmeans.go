package linalg

import (
	"fmt"
	"math"
	"slices"

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
// k-means++ seeds (Arthur and Vassilvitskii, SODA 2007), the best of restarts
// runs by inertia. Draws come from counters and rows are visited in the order
// of their values, so permuting the rows permutes the labels and changes
// nothing else. It panics unless 1 ≤ k ≤ rows and restarts ≥ 1.
func KMeans(x tensor.View, k, restarts int, seed uint64) Clustering {
	if k < 1 || k > x.Rows || restarts < 1 {
		panic(fmt.Sprintf("linalg: KMeans: cannot find %d clusters of %d rows in %d runs", k, x.Rows, restarts))
	}
	order := Order(x)
	points := Float64s(Take(x, order))
	best := Clustering{Inertia: math.Inf(1)}
	for r := range restarts {
		stream := rng.New(seed, rng.Search, 1, r)
		if c := lloyd(points, plusPlus(points, k, &stream)); c.Inertia < best.Inertia || r == 0 {
			best = c
		}
	}
	best.sortCentroids()
	labels := make([]int, x.Rows)
	for i, row := range order {
		labels[row] = best.Labels[i]
	}
	best.Labels = labels
	return best
}

// plusPlus draws k seeds, each with probability proportional to its squared
// distance from the seeds so far.
func plusPlus(points [][]float64, k int, stream *rng.Stream) [][]float64 {
	centroids := [][]float64{slices.Clone(points[stream.IntN(len(points))])}
	nearest := slices.Repeat([]float64{math.Inf(1)}, len(points))
	for len(centroids) < k {
		last := centroids[len(centroids)-1]
		total := 0.0
		for i, p := range points {
			nearest[i] = min(nearest[i], SquaredDistance(p, last))
			total += nearest[i]
		}
		target := stream.Float64() * total
		pick := len(points) - 1
		for i, d := range nearest {
			if target -= d; target < 0 {
				pick = i
				break
			}
		}
		centroids = append(centroids, slices.Clone(points[pick]))
	}
	return centroids
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
