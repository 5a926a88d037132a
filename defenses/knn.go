package defenses

import (
	"context"
	"fmt"
	"math"
	"slices"

	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// KNN scores a latent by how far its direction is from the k-th nearest of clean
// latents of the class (Sun, Ming, Zhu and Li, ICML 2022, arXiv:2204.06507,
// section 3). It supposes nothing of the shape of the clean latents. Directions
// are seen from the mean of the clean latents (ours; the paper's from 0).
type KNN struct{}

// knnNeighbour is k (ours: the paper has 50 of 50,000 clean latents).
const knnNeighbour = 5

// Name returns "knn".
func (KNN) Name() string { return "knn" }

// Needs says clean latents.
func (KNN) Needs() Needs { return Needs{Clean: true} }

// Inspect looks for neighbours among every second clean latent, in the order of
// their values. The canonical decision flags distances that at most 5 % of clean
// latents exceed, by the others. The best case puts the threshold anywhere and may take either
// tail.
func (d KNN) Inspect(ctx context.Context, in Input) (Verdict, error) {
	if err := in.checkBoth(ctx, d); err != nil {
		return Verdict{}, err
	}
	clean, _ := sorted(in.Clean)
	near := everyOther(clean, 0)
	from := linalg.Basis{Mean: linalg.ColumnMeans(near)}
	bank := directions(from.Centre(near))
	heldOut := knnDistances(from.Centre(everyOther(clean, 1)), bank)
	scores := knnDistances(from.Centre(in.Latents), bank)
	return Verdict{
		Detector: d.Name(),
		Canonical: beyond("distance", scores, heldOut, "distances",
			fmt.Sprintf("%d clean latents to be near", bank.Rows)),
		Options: tails("distance", scores),
	}, nil
}

// knnDistances returns for every row of x the distance of its direction to the
// k-th nearest of the bank's, or to the farthest if it has fewer. It is √(2 − 2c),
// c being the cosine of the two.
func knnDistances(x, bank tensor.View) []float64 {
	cosines := tensor.Matrix(make([]float32, x.Rows*bank.Rows), x.Rows, bank.Rows)
	tensor.GemmSplitK(cosines, directions(x), bank.T())
	out := make([]float64, x.Rows)
	for i := range out {
		row := cosines.Row(i)
		slices.Sort(row)
		c := float64(row[max(0, len(row)-knnNeighbour)])
		out[i] = math.Sqrt(max(0, 2-float64(2*c)))
	}
	return out
}

// directions returns the rows of x divided by their lengths; zeros stay.
func directions(x tensor.View) tensor.View {
	out := tensor.Stack(x) // a copy
	for i, square := range linalg.SquaredNorms(out) {
		if square == 0 {
			continue
		}
		length := math.Sqrt(square)
		row := out.Row(i)
		for j, v := range row {
			row[j] = float32(float64(v) / length)
		}
	}
	return out
}

func init() {
	register(Definition{Order: 8, Title: "Deep nearest neighbours", Paper: "Sun, Ming, Zhu and Li, ICML 2022, arXiv:2204.06507",
		Defaults: "k 5 of every second clean latent (ours); 95 % of the other clean latents pass (paper), at least (ours)"}, KNN{})
}
