package defenses

import (
	"context"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// ActivationClustering splits the latents of a class in two and flags one part
// (Chen et al., SafeAI 2019, arXiv:1811.03728): the centred latents are reduced
// to 10 dimensions and clustered by 2-means. The zero value, PCA and the rule by
// relative size, is what the Adversarial Robustness Toolbox and backdoor-toolbox
// come to; the number of restarts is ours, stated because the answer of
// scikit-learn depends on its version.
type ActivationClustering struct {
	reduction reduction
	rule      clusterRule
}

// reduction says how latents come to few dimensions.
type reduction int

// The reductions.
const (
	byPCA reduction = iota // default of the Adversarial Robustness Toolbox; backdoor-toolbox
	byICA                  // the paper; BackdoorBench and TrojanZoo
)

// clusterRule says which cluster is poison.
type clusterRule int

// The rules of the Adversarial Robustness Toolbox. relativeSize is also that of
// backdoor-toolbox and BackdoorBench.
const (
	// relativeSize flags the smaller cluster if its share is below 35 %.
	relativeSize clusterRule = iota
	// smaller flags the smaller cluster of every class, come what may.
	smaller
	// bySilhouette flags the smaller cluster if its share is below 35 % and
	// the mean silhouette coefficient above 0.1.
	bySilhouette
	// byDistance flags a cluster whose median is nearer to the median of
	// another class than to that of its own. Here all medians are taken in the
	// reduced space of the inspected class.
	byDistance
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
	// acRestarts is the number of runs of 2-means (ours): where there are two
	// groups to be found, as many do not miss them by chance.
	acRestarts = 100
)

// Name returns "ac", with what differs from the default behind it.
func (d ActivationClustering) Name() string {
	name := "ac"
	if d.reduction == byICA {
		name += "-ica"
	}
	return name + [...]string{"", "-smaller", "-silhouette", "-distance"}[d.rule]
}

// Needs says that byDistance compares with other classes, and that all other rules
// flag a smaller cluster.
func (d ActivationClustering) Needs() Needs {
	return Needs{Others: d.rule == byDistance, Minority: d.rule != byDistance}
}

// Inspect clusters the latents. The canonical decision follows the rule. The
// best case is a defender who knows which cluster is the poison. The score
// behind both is how much nearer a sample is to the centroid of the cluster than
// to the other.
func (d ActivationClustering) Inspect(ctx context.Context, in Input) (Verdict, error) {
	b, principal, order, err := in.coordinates(ctx, d, acComponents)
	if err != nil {
		return Verdict{}, err
	}
	reduced := principal
	if d.reduction == byICA {
		// Directions that did not converge still span the same space.
		reduced, _ = linalg.FastICA(principal, in.Seed)
	}
	c := divide(reduced, acRestarts, in.Seed)
	options := c.options(c.smaller, [2]string{"smaller cluster", "larger cluster"}, order)
	canonical := options[0]

	var flagged [2]bool // by cluster
	switch d.rule {
	case smaller:
		canonical.ThresholdRule = "always the smaller cluster"
		flagged[c.smaller] = true
	case bySilhouette:
		canonical.Threshold = acSilhouette
		canonical.ThresholdRule = "smaller cluster if its share of the samples is below 0.35 and the silhouette above 0.1, else none"
		flagged[c.smaller] = c.share() < acShare && linalg.Silhouette(reduced, c.Labels) > acSilhouette
	case byDistance:
		canonical.ThresholdRule = "clusters whose median is nearer to that of another class than to that of their own"
		if flagged, err = d.foreign(b, principal, c.Labels, in.Others); err != nil {
			return Verdict{}, err
		}
	default:
		canonical.Threshold = acShare
		canonical.ThresholdRule = "smaller cluster if its share of the samples is below 0.35, else none"
		flagged[c.smaller] = c.share() < acShare
	}
	canonical.Flags = make([]bool, len(order))
	for i, label := range c.Labels {
		canonical.Flags[order[i]] = flagged[label]
	}
	return Verdict{Detector: d.Name(), Canonical: canonical, Options: options}, nil
}

// foreign says which clusters have their median nearer to another class than to
// their own.
func (d ActivationClustering) foreign(b *linalg.Basis, points tensor.View, labels []int, others []tensor.View) (foreign [2]bool, err error) {
	if len(others) == 0 {
		return foreign, unusable(d, ErrLatents, "other classes: found none, expected at least one")
	}
	var medians [][]float64
	for i, other := range others {
		if err := checkRows(d, otherClass(i), other, 1, len(b.Mean)); err != nil {
			return foreign, err
		}
		medians = append(medians, columnMedians(b.Project(other), nil))
	}
	own := columnMedians(points, nil)
	for cluster := range foreign {
		m := columnMedians(points, func(row int) bool { return labels[row] == cluster })
		for _, other := range medians {
			foreign[cluster] = foreign[cluster] || linalg.SquaredDistance(m, other) < linalg.SquaredDistance(m, own)
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

// decides says which constants are the variant's own.
func (d ActivationClustering) decides() string {
	rule := map[clusterRule]string{
		relativeSize: "the smaller cluster if its share is below 0.35 (backdoor-toolbox, BackdoorBench)",
		smaller:      "the smaller cluster, whatever its share (Adversarial Robustness Toolbox)",
		bySilhouette: "the smaller cluster if its share is below 0.35 and the silhouette above 0.1 (Adversarial Robustness Toolbox)",
		byDistance:   "clusters whose median is nearer to another class's than to their own class's (Adversarial Robustness Toolbox)",
	}[d.rule]
	if d.reduction == byICA {
		return "independent components (paper); " + rule
	}
	return "principal components (backdoor-toolbox); " + rule
}

func init() {
	register(Definition{Order: 1, Title: "Activation Clustering", Paper: "Chen et al., SafeAI 2019, arXiv:1811.03728",
		Defaults: "10 components (paper); 100 restarts (ours)"},
		ActivationClustering{}, ActivationClustering{reduction: byICA},
		ActivationClustering{rule: smaller}, ActivationClustering{rule: bySilhouette}, ActivationClustering{rule: byDistance})
}
