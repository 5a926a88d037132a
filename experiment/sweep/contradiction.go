package sweep

import (
	"encoding/json"

	"sdrm/internal/fault"
)

// contradiction returns an error if two runs of one spec found different things:
// other data, other weights, or other figures about them.
func contradiction(a, b Status) error {
	for _, digest := range []struct{ of, a, b string }{
		{"the images", a.Result.DataSHA256, b.Result.DataSHA256},
		{"the weights", a.Result.WeightsSHA256, b.Result.WeightsSHA256},
	} {
		if digest.a != digest.b {
			return fault.Inputf("%s and %s: are of one spec, cell %d (%s), but %s have SHA-256 %.16s… and %.16s…",
				a.Dir, b.Dir, a.Cell.Number, a.Cell.Name, digest.of, digest.a, digest.b)
		}
	}
	one, err := json.Marshal(a.Result)
	other, err2 := json.Marshal(b.Result)
	if err != nil || err2 != nil || string(one) != string(other) {
		return fault.Inputf("%s and %s: are of one spec, cell %d (%s), and of the same weights, but their results differ",
			a.Dir, b.Dir, a.Cell.Number, a.Cell.Name)
	}
	return nil
}
