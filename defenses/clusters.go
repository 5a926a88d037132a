package defenses

import (
	"math"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// clusters is a partition of inspected samples in two, in the order of their
// values.
type clusters struct {
	linalg.Clustering
	points  tensor.View
	sizes   [2]int
	smaller int // number of the smaller cluster, the first of equals
}

// divide splits points, some dimensions of each sample, by 2-means.
func divide(points tensor.View, restarts int, seed uint64) clusters {
	return newClusters(linalg.KMeans(points, 2, restarts, seed), points)
}

// halve splits points by 2-means that does not draw.
func halve(points tensor.View) clusters { return newClusters(linalg.Halves(points), points) }

func newClusters(partition linalg.Clustering, points tensor.View) clusters {
	c := clusters{Clustering: partition, points: points}
	for _, label := range c.Labels {
		c.sizes[label]++
	}
	if c.sizes[1] < c.sizes[0] {
		c.smaller = 1
	}
	return c
}

// share returns the smaller cluster's share of the samples.
func (c *clusters) share() float64 { return float64(c.sizes[c.smaller]) / float64(len(c.Labels)) }

// options returns two clusters as what a defender chooses from, the named one
// first. The score is how much nearer a sample is to the centroid of the cluster
// than to the other. Samples are put back into the given order, as far as it
// goes: the rest were not inspected.
func (c *clusters) options(first int, names [2]string, order []int) []Decision {
	nearer := c.signedDistances()[:len(order)]
	options := make([]Decision, 2)
	for i, cluster := range [...]int{first, 1 - first} {
		flags := make([]bool, len(order))
		for s := range flags {
			flags[s] = c.Labels[s] == cluster
		}
		scores := nearer
		if cluster == 1 {
			scores = negate(nearer)
		}
		options[i] = Decision{
			Variant:       names[i],
			Scores:        restore(scores, order),
			Flags:         restore(flags, order),
			ThresholdRule: "the cluster that gives the higher F1; a sample is in it if nearer to its centroid",
		}
	}
	return options
}

// signedDistances returns for every point the distance to centroid 1 minus the
// distance to centroid 0.
func (c *clusters) signedDistances() []float64 {
	distances := make([]float64, c.points.Rows)
	for i := range distances {
		var squares [2]float64
		for k, centroid := range c.Centroids {
			for j, v := range centroid {
				d := float64(c.points.At(i, j)) - v
				squares[k] += float64(d * d)
			}
		}
		distances[i] = math.Sqrt(squares[1]) - math.Sqrt(squares[0])
	}
	return distances
}
