package defenses

import (
	"fmt"
	"math"
	"slices"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// ActivationClustering splits the latents of a class in two and suspects one
// part (Chen et al., SafeAI 2019, arXiv:1811.03728): the centred latents are
// reduced to 10 dimensions and clustered by 2-means. The zero value, PCA and
// the rule by relative size, is what the Adversarial Robustness Toolbox and
// backdoor-toolbox come to; the number of restarts is ours, stated because the
// answer of scikit-learn depends on its version.
type ActivationClustering struct {
	Reduction Reduction
	Rule      ClusterRule
}

// Reduction says how latents come to few dimensions.
type Reduction int

// The reductions.
const (
	ByPCA Reduction = iota // default of the Adversarial Robustness Toolbox; backdoor-toolbox
	ByICA                  // the paper; BackdoorBench and TrojanZoo
)

// ClusterRule says which cluster is poison.
type ClusterRule int

// The rules of the Adversarial Robustness Toolbox. RelativeSize is also that of
// backdoor-toolbox and BackdoorBench.
const (
	// RelativeSize suspects the smaller cluster if its share is below 35 %.
	RelativeSize ClusterRule = iota
	// Smaller suspects the smaller cluster of every class, come what may.
	Smaller
	// BySilhouette suspects the smaller cluster if its share is below 35 % and
	// the mean silhouette coefficient above 0.1.
	BySilhouette
	// ByDistance suspects a cluster whose median is nearer to the median of
	// another class than to that of its own. Here all medians are taken in the
	// reduced space of the inspected class.
	ByDistance
)

const (
	// acComponents is the number of dimensions that latents are reduced to
	// (Chen et al., section 4).
	acComponents = 10
	// acShare is the share of the class below which the smaller cluster is
	// poison: no honest class splits so unevenly.
	acShare = 0.35
	// acSilhouette is the coefficient above which two clusters are two
	// (Adversarial Robustness Toolbox).
	acSilhouette = 0.1
	// acRestarts is the number of runs of 2-means (ours).
	acRestarts = 10
)

// Name returns "ac", with what differs from the default behind it.
func (d ActivationClustering) Name() string {
	name := "ac"
	if d.Reduction == ByICA {
		name += "-ica"
	}
	return name + [...]string{"", "-smaller", "-silhouette", "-distance"}[d.Rule]
}

// Needs says that only ByDistance compares with other classes.
func (d ActivationClustering) Needs() Needs { return Needs{Others: d.Rule == ByDistance} }

// Inspect clusters the latents. The canonical decision follows the rule. The
// best case is a defender who knows which cluster is the poison. The score
// behind both is how much nearer a sample is to the suspected centroid than to
// the other.
func (d ActivationClustering) Inspect(in Input) (Verdict, error) {
	b, principal, order, err := coordinates(d.Name(), in.Latents, acComponents)
	if err != nil {
		return Verdict{}, err
	}
	reduced := principal
	if d.Reduction == ByICA {
		// Directions that did not converge still span the same space.
		reduced, _ = linalg.FastICA(principal, in.Seed)
	}
	c := divide(reduced, acRestarts, in.Seed)

	decision := Decision{Flags: make([]bool, len(order))}
	flagSmaller := false
	switch d.Rule {
	case Smaller:
		flagSmaller = true
		decision.ThresholdRule = "always the smaller cluster"
	case BySilhouette:
		decision.Threshold = acSilhouette
		decision.ThresholdRule = "smaller cluster if its share of the samples is below 0.35 and the silhouette above 0.1, else none"
		flagSmaller = c.share() < acShare && linalg.Silhouette(reduced, c.Labels) > acSilhouette
	case ByDistance:
		decision.ThresholdRule = "clusters whose median is nearer to that of another class than to that of their own"
		foreign, err := d.foreign(b, principal, c.Labels, in.Others)
		if err != nil {
			return Verdict{}, err
		}
		for i, label := range c.Labels {
			decision.Flags[order[i]] = foreign[label]
		}
	default:
		decision.Threshold = acShare
		decision.ThresholdRule = "smaller cluster if its share of the samples is below 0.35, else none"
		flagSmaller = c.share() < acShare
	}
	options := c.options(c.smaller, [2]string{"smaller cluster", "larger cluster"}, order)
	if flagSmaller {
		copy(decision.Flags, options[0].Fixed)
	}
	decision.Variant, decision.Scores = options[0].Variant, options[0].Scores
	return Verdict{Detector: d.Name(), Canonical: decision, Options: options}, nil
}

// foreign says which clusters have their median nearer to another class than to
// their own.
func (d ActivationClustering) foreign(b *linalg.Basis, points tensor.View, labels []int, others []tensor.View) (foreign [2]bool, err error) {
	if len(others) == 0 {
		return foreign, fmt.Errorf("%s: %w: other classes: found none, expected at least one", d.Name(), ErrLatents)
	}
	var medians [][]float64
	for i, other := range others {
		field := fmt.Sprintf("other class %d", i)
		y, _, err := prepare(d.Name(), field, other, 1)
		if err != nil {
			return foreign, err
		}
		if err := sameWidth(d.Name(), field, y, len(b.Mean)); err != nil {
			return foreign, err
		}
		medians = append(medians, columnMedians(b.Project(y), nil))
	}
	own := columnMedians(points, nil)
	for cluster := range foreign {
		m := columnMedians(points, func(row int) bool { return labels[row] == cluster })
		for _, other := range medians {
			foreign[cluster] = foreign[cluster] || squaredDistance(m, other) < squaredDistance(m, own)
		}
	}
	return foreign, nil
}

// columnMedians returns the median of every column over the rows that keep
// keeps; nil keeps all.
func columnMedians(x tensor.View, keep func(row int) bool) []float64 {
	medians := make([]float64, x.Cols)
	var column []float64
	for j := range medians {
		column = column[:0]
		for i := range x.Rows {
			if keep == nil || keep(i) {
				column = append(column, float64(x.At(i, j)))
			}
		}
		medians[j] = median(column)
	}
	return medians
}

// median sorts x. Of an even number it is the mean of the middle two, of none
// NaN.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

func squaredDistance(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		d := v - y[i]
		sum += float64(d * d)
	}
	return sum
}
