package sweep

import (
	"encoding/json"

	"sdrm/internal/fault"
)

// contradiction returns an error if two runs of one spec found different things:
// other data, other weights, or other figures about them.
func contradiction(a, b Status) error {
	where := a.Dir + " and " + b.Dir
	if a.Dir == b.Dir {
		where = "two lines of " + a.Dir
	}
	for _, digest := range []struct{ of, a, b string }{
		{"the images", a.Record.DataSHA256, b.Record.DataSHA256},
		{"the weights", a.Record.WeightsSHA256, b.Record.WeightsSHA256},
	} {
		if digest.a != digest.b {
			return fault.Inputf("%s: are of one spec, cell %d (%s), but %s have SHA-256 %.16s… and %.16s…",
				where, a.Cell.Number, a.Cell.Name, digest.of, digest.a, digest.b)
		}
	}
	if !sameFigures(a.Record, b.Record) {
		return fault.Inputf("%s: are of one spec, cell %d (%s), and of the same weights, but their figures differ",
			where, a.Cell.Number, a.Cell.Name)
	}
	return nil
}

// sameFigures tells whether two records have the same figures to the last bit.
func sameFigures(a, b *Record) bool {
	one, err := json.Marshal(a.Figures)
	other, err2 := json.Marshal(b.Figures)
	return err == nil && err2 == nil && string(one) == string(other)
}
