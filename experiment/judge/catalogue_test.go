package judge

import (
	"encoding/json"
	"slices"
	"testing"

	"sdrm/mmd"
)

// A result has a figure for every measure that is listed, under its name.
func TestEveryListedMeasureIsMeasured(t *testing.T) {
	text, err := json.Marshal(Distance{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	var found []string
	for name, v := range fields {
		if _, ok := v.(map[string]any); ok {
			found = append(found, name)
		}
	}
	var listed []string
	for _, m := range mmd.Measures() {
		listed = append(listed, m.Name)
	}
	slices.Sort(found)
	slices.Sort(listed)
	if !slices.Equal(found, listed) {
		t.Errorf("measured are %v, listed %v", found, listed)
	}
}
