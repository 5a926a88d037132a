package defenses

import (
	"context"
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
	// srAtoms is the most atoms that the dictionary has, srSparsity the most
	// that a latent may use, and srRounds how often the dictionary is improved
	// (ours).
	srAtoms    = 128
	srSparsity = 10
	srRounds   = 10
	// srStream is the epoch of the stream that draws the first atoms.
	srStream = 3
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
// that is learned from these latents. The canonical decision flags scores that at
// most 5 % of clean latents exceed, by the other half of them, which the fit has
// not seen and therefore reconstructs no better than new ones. The best case
// puts the threshold anywhere and may take either tail: latents that a trigger
// forces into a narrow bundle are reconstructed better than clean ones.
func (d SubspaceReconstruction) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkBoth(ctx, d); err != nil {
		return Verdict{}, err
	}
	fit := d.subspace
	if d.Sparse {
		fit = d.dictionary
	}
	clean, _ := sorted(in.Clean)
	residuals, what, err := fit(everyOther(clean, 0), in.Seed)
	if err != nil {
		return Verdict{}, err
	}
	heldOut := residuals(everyOther(clean, 1))
	scores := residuals(in.Latents)
	return Verdict{
		Detector:  d.Name(),
		Canonical: beyond("residual", scores, heldOut, "residuals", what),
		Options:   tails("residual", scores),
	}, nil
}

// subspace fits principal components.
func (d SubspaceReconstruction) subspace(clean tensor.View, _ uint64) (residuals func(tensor.View) []float64, what string, err error) {
	b, err := basis(d, "clean latents", clean, srComponents)
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
	order := drawn(z.Rows, rng.New(seed, rng.Search, srStream, 0))
	norms := linalg.SquaredNorms(z)
	order = slices.DeleteFunc(order, func(i int) bool { return norms[i] == 0 })
	if len(order) == 0 {
		return nil, "", unusable(d, ErrLatents, "clean latents: half of them are equal, expected different ones")
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

// decides says which constants are the variant's own.
func (d SubspaceReconstruction) decides() string {
	if d.Sparse {
		return "a dictionary of at most 128 atoms, 10 a latent (ours)"
	}
	return "components of 95 % of the clean variance, at most 50 (ours)"
}

func init() {
	register(Definition{Order: 3, Title: "Subspace Reconstruction", Paper: "named in arXiv:2111.05077, defined here; sparse after CLEANN, Javaheripi et al., ICCAD 2020",
		Defaults: "at most 5 % of the other clean latents (ours)"},
		SubspaceReconstruction{}, SubspaceReconstruction{Sparse: true})
}
