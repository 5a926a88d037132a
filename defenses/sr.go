package defenses

import (
	"fmt"
	"math"
	"slices"

	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// SubspaceReconstruction measures how badly clean latents of the class
// reconstruct a latent: with their mean μ and principal components U the score
// is ‖(z−μ) − UUᵀ(z−μ)‖². The name is the SDRM paper's; its definition is not
// known to us, and this neutral one, the split of the clean set, the number of
// components and the threshold are ours. With Sparse, the subspace is a
// dictionary D and the score ‖(z−μ) − Dα‖² with the sparse α of orthogonal
// matching pursuit, after CLEANN (Javaheripi et al., ICCAD 2020), whose
// constants are not known to us either.
type SubspaceReconstruction struct {
	Sparse bool
}

const (
	// srVariance is the share of the clean variance that the subspace holds
	// (ours).
	srVariance = 0.95
	// srComponents is the most components that the subspace has (ours).
	srComponents = 50
	// srPercentile is the percentile of clean scores above which a sample is
	// flagged (ours): one clean sample in twenty is given up.
	srPercentile = 95
	// srAtoms is the most atoms that the dictionary has, srSparsity the most
	// that a latent may use, and srRounds how often the dictionary is improved
	// (ours).
	srAtoms    = 128
	srSparsity = 10
	srRounds   = 10
)

// Name returns "sr" or "sr-sparse".
func (d SubspaceReconstruction) Name() string {
	if d.Sparse {
		return "sr-sparse"
	}
	return "sr"
}

// Needs says clean latents.
func (SubspaceReconstruction) Needs() Needs { return Needs{Clean: true} }

// Inspect fits the subspace to every other clean latent, in the order of their
// values, with the fewest components, at most 50, that hold 95 % of their
// variance; or a dictionary of up to 128 atoms, one for two latents at most,
// that is learned from these latents. The canonical decision flags scores above
// the 95th percentile of the other half of the clean latents, which the fit has
// not seen and therefore reconstructs no better than new ones. The best case
// puts the threshold anywhere and may take either tail: latents that a trigger
// forces into a narrow bundle are reconstructed better than clean ones.
func (d SubspaceReconstruction) Inspect(in Input) (Verdict, error) {
	x := in.Latents
	if err := check(d.Name(), "latents", x, 2); err != nil {
		return Verdict{}, err
	}
	clean, _, err := prepare(d.Name(), "clean latents", in.Clean, 4)
	if err != nil {
		return Verdict{}, err
	}
	if err := sameWidth(d.Name(), "clean latents", clean, x.Cols); err != nil {
		return Verdict{}, err
	}
	fit := d.subspace
	if d.Sparse {
		fit = d.dictionary
	}
	residuals, what, err := fit(everyOther(clean, 0), in.Seed)
	if err != nil {
		return Verdict{}, err
	}
	threshold := percentile(residuals(everyOther(clean, 1)), srPercentile)
	scores := residuals(x)
	flags := make([]bool, len(scores))
	for i, r := range scores {
		flags[i] = r > threshold
	}
	return Verdict{
		Detector: d.Name(),
		Canonical: Decision{
			Flags: flags, Variant: "residual", Scores: scores, Threshold: threshold,
			ThresholdRule: "above the 95th percentile of held-out clean residuals, " + what,
		},
		Options: []Option{
			{Variant: "residual, upper tail", Scores: scores},
			{Variant: "residual, lower tail", Scores: negate(scores)},
		},
	}, nil
}

// subspace fits principal components.
func (d SubspaceReconstruction) subspace(clean tensor.View, _ uint64) (residuals func(tensor.View) []float64, what string, err error) {
	b, err := basis(d.Name(), "clean latents", clean, srComponents)
	if err != nil {
		return nil, "", err
	}
	held, k := 0.0, 0
	for k < len(b.Variances) && held < srVariance*b.Total {
		held += b.Variances[k]
		k++
	}
	b.Components.Rows = k
	return b.Residuals, fmt.Sprintf("%d components", k), nil
}

// dictionary learns one that starts from samples drawn by the seed.
func (d SubspaceReconstruction) dictionary(clean tensor.View, seed uint64) (residuals func(tensor.View) []float64, what string, err error) {
	b := linalg.Basis{Mean: linalg.ColumnMeans(clean)}
	z := b.Centre(clean)
	order := make([]int, z.Rows)
	for i := range order {
		order[i] = i
	}
	stream := rng.New(seed, rng.Search, 3, 0)
	stream.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	norms := linalg.SquaredNorms(z)
	order = slices.DeleteFunc(order, func(i int) bool { return norms[i] == 0 })
	if len(order) == 0 {
		return nil, "", fmt.Errorf("%s: %w: clean latents: half of them are equal, expected different ones", d.Name(), ErrLatents)
	}
	atoms := linalg.Take(z, order[:min(len(order), srAtoms, max(1, z.Rows/2))])
	for i := range atoms.Rows {
		length := math.Sqrt(norms[order[i]])
		for j := range atoms.Cols {
			atoms.Data[i*atoms.Cols+j] = float32(float64(atoms.At(i, j)) / length)
		}
	}
	sparsity := min(srSparsity, atoms.Rows)
	atoms = linalg.LearnDictionary(atoms, z, sparsity, srRounds)
	return func(x tensor.View) []float64 {
		out := make([]float64, 0, x.Rows)
		for _, code := range linalg.OMP(atoms, b.Centre(x), sparsity) {
			out = append(out, code.Residual)
		}
		return out
	}, fmt.Sprintf("%d of %d atoms", sparsity, atoms.Rows), nil
}

// everyOther views the rows of a matrix with even (0) or odd (1) numbers.
func everyOther(x tensor.View, first int) tensor.View {
	x.Data = x.Data[first*x.RowStride:]
	x.Rows = (x.Rows + 1 - first) / 2
	x.RowStride *= 2
	return x
}

// percentile returns the p-th percentile of x with linear interpolation, as
// NumPy does by default. It sorts x.
func percentile(x []float64, p float64) float64 {
	slices.Sort(x)
	at := float64(p / 100 * float64(len(x)-1))
	below := int(math.Floor(at))
	if below+1 == len(x) {
		return x[below]
	}
	return x[below] + float64((at-float64(below))*(x[below+1]-x[below]))
}
