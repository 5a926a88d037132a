package sweep

import (
	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/fault"
)

// Record is what is kept of a cell that is done: enough to train it again and to
// know whether that gave the same.
type Record struct {
	Number        int       `json:"cell"`
	Name          string    `json:"name"`
	SpecSHA256    string    `json:"spec_sha256"`
	DataSHA256    string    `json:"data_sha256"`
	WeightsSHA256 string    `json:"weights_sha256"`
	Epoch         int       `json:"epoch"` // of the weights, from 1
	Figures       []Figure  `json:"figures"`
	Spec          spec.Spec `json:"spec"` // without the folder of the data
	run.Machine
}

// trained reads the result of the finished run of a cell. Imported weights are no
// training of it: another training gives others, and two cells may be given one model.
func trained(r *run.Run, number int) (judge.Result, error) {
	result, err := r.Result()
	if err == nil && result.Imported {
		err = fault.Inputf("%s: holds imported weights, no training of cell %d", r.Dir, number)
	}
	return result, err
}

// record reads the record of a finished run.
func record(number int, r *run.Run) (*Record, error) {
	result, err := trained(r, number)
	if err != nil {
		return nil, err
	}
	out := &Record{
		Number: number, Name: r.Spec.Name, SpecSHA256: result.SpecSHA256, DataSHA256: result.DataSHA256,
		WeightsSHA256: result.WeightsSHA256, Epoch: result.Epoch, Figures: figures(result), Spec: r.Spec.Substance(),
	}
	out.Machine, err = r.Machine()
	return out, err
}

// figure returns a figure of the record; ok tells whether it has a value.
func (r *Record) figure(id FigureID) (f Figure, ok bool) {
	for _, f := range r.Figures {
		if f.FigureID == id {
			return f, !f.Value.IsNaN()
		}
	}
	return f, false
}
