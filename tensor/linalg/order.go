package linalg

import (
	"cmp"
	"slices"

	"sdrm/internal/parallel"
	"sdrm/tensor"
)

// Order returns the row numbers of x sorted by the rows' values, compared
// element by element. Work done in this order gives the same result however
// the samples were ordered; rows that compare equal are interchangeable.
func Order(x tensor.View) []int {
	order := make([]int, x.Rows)
	for i := range order {
		order[i] = i
	}
	compare := func(a, b int) int {
		for j := range x.Cols {
			if c := cmp.Compare(x.At(a, j), x.At(b, j)); c != 0 {
				return c
			}
		}
		return 0
	}
	if x.ColStride == 1 {
		compare = func(a, b int) int { return slices.Compare(x.Row(a), x.Row(b)) }
	}
	slices.SortStableFunc(order, compare)
	return order
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
