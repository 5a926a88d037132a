package warm

import "testing"

var sink []byte

func TestAllocations(t *testing.T) {
	calls := 0
	for _, c := range []struct {
		name string
		f    func()
		want float64
	}{
		{"nothing", func() {}, 0},
		{"at every call", func() { sink = make([]byte, 64) }, 1},
		{"at some calls late", func() {
			if calls++; calls == 7 {
				for range 2 * runs {
					sink = make([]byte, 64)
				}
			}
		}, 0},
	} {
		if got := Allocations(c.f); got != c.want {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
	}
}
