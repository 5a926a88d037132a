package defenses

import (
	"fmt"
	"testing"

	"sdrm/asm"
	"sdrm/internal/golden"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// othersGolden is testdata/others.json, which others.py beside it wrote.
type othersGolden struct {
	Frequency []struct {
		Shape        []int
		Clean, X     [][]float32
		Highest, Top []float64
	}
	TED []struct {
		Labels       []int
		Bank, X      [][][]float32 // by layer
		Ranks        [][]float32
		Outlyingness []float64
	}
}

func TestFrequencyGolden(t *testing.T) {
	for i, c := range golden.Read[othersGolden](t, "testdata/others.json").Frequency {
		images := func(rows [][]float32) *tensor.Tensor {
			m := matrix(rows)
			for j := range m.Data {
				m.Data[j] /= 255
			}
			return &tensor.Tensor{Shape: tensor.Shape{m.Rows, c.Shape[0], c.Shape[1], c.Shape[2]}, Data: m.Data}
		}
		highest, top := newSpectrum(images(c.Clean)).peaks(images(c.X))
		for j := range highest {
			near(t, fmt.Sprint("case ", i, ": peak of image ", j), highest[j], c.Highest[j], 1e-4)
			near(t, fmt.Sprint("case ", i, ": highest hundredth of image ", j), top[j], c.Top[j], 1e-4)
		}
	}
}

func TestTEDGolden(t *testing.T) {
	for i, c := range golden.Read[othersGolden](t, "testdata/others.json").TED {
		layers := func(of [][][]float32) (out []*tensor.Tensor) {
			for _, rows := range of {
				m := matrix(rows)
				out = append(out, &tensor.Tensor{Shape: tensor.Shape{m.Rows, 1, 1, m.Cols}, Data: m.Data})
			}
			return out
		}
		b := &bank{labels: c.Labels, layers: layers(c.Bank)}
		got := tensor.Matrix(make([]float32, len(c.Ranks)*len(c.Bank)), len(c.Ranks), len(c.Bank))
		rankLoop.Run(got.Rows, rankArgs{asm.Current(), b, layers(c.X), got.Data})
		for row, want := range c.Ranks {
			for k, v := range want {
				if got.At(row, k) != v {
					t.Errorf("case %d: rank of sample %d at layer %d is %v, want %v", i, row, k, got.At(row, k), v)
				}
			}
		}
		fitted := got
		fitted.Rows /= 2
		fit, err := linalg.PCA(fitted, got.Cols)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range outlyingness(fit, got) {
			near(t, fmt.Sprint("case ", i, ": outlyingness of sample ", j), v, c.Outlyingness[j], 1e-4*(1+c.Outlyingness[j]))
		}
	}
}
