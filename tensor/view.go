package tensor

import "fmt"

// View is a matrix laid over memory: element (i, j) is Data[i*RowStride+j*ColStride].
type View struct {
	Data                 []float32
	Rows, Cols           int
	RowStride, ColStride int
}

// Matrix views data as rows × cols elements in row-major order.
func Matrix(data []float32, rows, cols int) View {
	if len(data) < rows*cols {
		panic(fmt.Sprintf("tensor: Matrix: %d elements hold no %d×%d matrix", len(data), rows, cols))
	}
	return View{Data: data, Rows: rows, Cols: cols, RowStride: cols, ColStride: 1}
}

// T returns the transposed view.
func (v View) T() View {
	return View{Data: v.Data, Rows: v.Cols, Cols: v.Rows, RowStride: v.ColStride, ColStride: v.RowStride}
}

// At returns element (i, j).
func (v View) At(i, j int) float32 { return v.Data[i*v.RowStride+j*v.ColStride] }

// Row returns the elements of row i: the memory of the view where they are
// contiguous, else a copy.
func (v View) Row(i int) []float32 {
	if v.ColStride == 1 {
		return v.Data[i*v.RowStride:][:v.Cols]
	}
	row := make([]float32, v.Cols)
	for j := range row {
		row[j] = v.At(i, j)
	}
	return row
}

// Slice views n rows from the given one on.
func (v View) Slice(first, n int) View {
	v.Data, v.Rows = v.Data[first*v.RowStride:], n
	return v
}

// Stack returns the rows of the parts over each other, copied. All parts have
// the same number of columns.
func Stack(parts ...View) View {
	rows, cols := 0, parts[0].Cols
	for _, p := range parts {
		if p.Cols != cols {
			panic(fmt.Sprintf("tensor: Stack: rows of %d and of %d elements", cols, p.Cols))
		}
		rows += p.Rows
	}
	data := make([]float32, 0, rows*cols)
	for _, p := range parts {
		for i := range p.Rows {
			data = append(data, p.Row(i)...)
		}
	}
	return Matrix(data, rows, cols)
}

// ArgMax returns the position of the largest element, the first of equals, and
// -1 if one of them is NaN.
func ArgMax(x []float32) int {
	best := 0
	for i, v := range x {
		if v != v {
			return -1
		}
		if v > x[best] {
			best = i
		}
	}
	return best
}
