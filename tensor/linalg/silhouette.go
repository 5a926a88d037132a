package linalg

import (
	"fmt"
	"math"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Silhouette returns the mean silhouette coefficient of a partition of the rows
// of x (Rousseeuw, J. Comput. Appl. Math. 1987): the mean of (b − a)/max(a, b),
// where a is a row's mean Euclidean distance to the others of its cluster and b
// that to the nearest other cluster. A row that is alone in its cluster counts
// 0. The coefficient lies in [−1, 1]. It panics unless there is a label from 0
// on for every row and there are at least two clusters.
func Silhouette(x tensor.View, labels []int) float64 {
	if len(labels) != x.Rows {
		panic(fmt.Sprintf("linalg: Silhouette: %d labels for %d rows", len(labels), x.Rows))
	}
	var sizes []int
	for _, label := range labels {
		for label >= len(sizes) {
			sizes = append(sizes, 0)
		}
		sizes[label]++
	}
	clusters := 0
	for _, size := range sizes {
		if size > 0 {
			clusters++
		}
	}
	if clusters < 2 {
		panic("linalg: Silhouette: wants at least two clusters")
	}
	coefficients := make([]float64, x.Rows)
	silhouetteLoop.Run(x.Rows, silhouetteArgs{Float64s(x), labels, sizes, coefficients})
	sum := 0.0
	for _, c := range coefficients {
		sum += c
	}
	return sum / float64(x.Rows)
}

type silhouetteArgs struct {
	points       [][]float64
	labels       []int
	sizes        []int
	coefficients []float64
}

var silhouetteLoop = parallel.NewLoop(func(a *silhouetteArgs, i int) {
	own := a.labels[i]
	if a.sizes[own] == 1 {
		return
	}
	sums := make([]float64, len(a.sizes))
	for j, p := range a.points {
		sums[a.labels[j]] += math.Sqrt(SquaredDistance(a.points[i], p))
	}
	within := sums[own] / float64(a.sizes[own]-1)
	nearest := math.Inf(1)
	for c, size := range a.sizes {
		if c != own && size > 0 {
			nearest = min(nearest, sums[c]/float64(size))
		}
	}
	if larger := max(within, nearest); larger > 0 {
		a.coefficients[i] = (nearest - within) / larger
	}
})
