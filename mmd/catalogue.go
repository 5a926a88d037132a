package mmd

// Measure describes a distance between two sets of latents to people.
type Measure struct {
	Name     string // its key in results
	Short    string // at the head of a column
	Title    string
	Paper    string
	Defaults string
}

// Measures are the distances that results hold, in their order.
func Measures() []Measure {
	return []Measure{
		{"mmd", "MMD²", "Maximum Mean Discrepancy, squared", "Gretton et al., JMLR 2012",
			"the prototype's kernel: five Gaussians, bandwidths 1/4, 1/2, 1, 2, 4 of the mean squared distance; biased estimator"},
		{"ed", "ED", "Energy Distance", "Székely and Rizzo, J. Stat. Plan. Inference 2013", "Euclidean distances"},
		{"swd", "SWD", "Sliced Wasserstein distance", "Bonneel et al., J. Math. Imaging Vis. 2015", "order 2, 128 random directions"},
		{"max_swd", "max-SWD", "largest sliced Wasserstein distance", "Deshpande et al., CVPR 2019", "order 2, the largest of 128 random directions"},
	}
}
