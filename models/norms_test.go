package models_test

import (
	"strings"
	"testing"
)

// Every entry with a running mean is that of one of BatchNorms, in order: no
// kind of module hides one.
func TestBatchNorms(t *testing.T) {
	for _, name := range ofEachFamily() {
		m := build(t, name, 10, 1)
		norms := m.BatchNorms()
		i := 0
		for _, e := range m.Entries() {
			if !strings.HasSuffix(e.Name, "running_mean") {
				continue
			}
			if i >= len(norms) || e.Tensor != norms[i].Running.Mean {
				t.Errorf("%s: batch normalisation %d of %d is not that of %s", name, i, len(norms), e.Name)
			}
			i++
		}
		if i == 0 || i != len(norms) {
			t.Errorf("%s: %d batch normalisations, want %d", name, len(norms), i)
		}
	}
}
