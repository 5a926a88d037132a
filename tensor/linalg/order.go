package linalg

import (
	"cmp"
	"math"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Order returns the row numbers of x sorted by the rows' values, compared
// element by element. Work done in this order gives the same result however
// the samples were ordered; rows that compare equal are interchangeable.
func Order(x tensor.View) []int {
	order := Numbers(x.Rows)
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(x.Row(a), x.Row(b)) })
	return order
}

// descending returns the positions of values from the largest to the smallest,
// equal ones in their order.
func descending(values []float64) []int {
	order := Numbers(len(values))
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[j], values[i]) })
	return order
}

// Quantile interpolates linearly in a rising sample that is not empty, as NumPy does by
// default: the least value for q = 0, the largest for 1.
func Quantile(rising []float64, q float64) float64 {
	at := float64(q * float64(len(rising)-1))
	below := int(math.Floor(at))
	if below+1 >= len(rising) {
		return rising[len(rising)-1]
	}
	return rising[below] + float64((at-float64(below))*(rising[below+1]-rising[below]))
}

// Numbers returns 0, 1, …, n−1.
func Numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// Take returns a copy of the given rows of x, in that order.
func Take(x tensor.View, order []int) tensor.View {
	y := zeros(len(order), x.Cols)
	takeLoop.Run(len(order), takeArgs{y, x, order})
	return y
}

type takeArgs struct {
	dst, x tensor.View
	order  []int
}

var takeLoop = parallel.NewLoop(func(a *takeArgs, i int) {
	copy(a.dst.Row(i), a.x.Row(a.order[i]))
})
