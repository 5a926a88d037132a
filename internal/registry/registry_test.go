package registry

import (
	"slices"
	"strings"
	"testing"
)

func TestRegistry(t *testing.T) {
	r := New[int]("number")
	r.Add("two", 2)
	r.Add("one", 1)
	if got := r.Names(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("names %v", got)
	}
	if got := r.All(); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("things %v", got)
	}
	if got, err := r.Find("two"); got != 2 || err != nil {
		t.Errorf("found %d, %v", got, err)
	}
	if got, err := r.Find("three"); got != 0 || err == nil || err.Error() != `unknown number "three", want one of one, two` {
		t.Errorf("found %d, error %v", got, err)
	}
	for _, name := range []string{"", "one"} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.HasPrefix(got, "registry: number ") {
					t.Errorf("adding %q: panic %q", name, got)
				}
			}()
			r.Add(name, 3)
		}()
	}
}

func TestNumbersInNamesAreOrderedByValue(t *testing.T) {
	r := New[int]("model")
	want := []string{"a", "net", "net2", "net2b", "net11", "net11b3", "net11b20", "vgg05x", "vgg5"}
	for _, name := range []string{"net11b20", "vgg05x", "net2b", "a", "vgg5", "net", "net11", "net2", "net11b3"} {
		r.Add(name, 0)
	}
	if got := r.Names(); !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
}
