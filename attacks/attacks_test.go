package attacks

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sdrm/datasets"
)

// formula is the image that testdata/blend.py uses.
func formula(h, w int) []uint8 {
	pixels := make([]uint8, h*w*3)
	for i := range pixels {
		pixels[i] = uint8(i*i*9 + 31*i + i>>3)
	}
	return pixels
}

// apply puts a trigger on a colour image of h×w.
func apply(a Attack, pixels []uint8, h, w int) {
	a.Trigger.Apply(Image{Pixels: pixels, H: h, W: w, C: 3, Role: datasets.Poisoned})
}

func newAttack(t *testing.T, name string, o Options) Attack {
	t.Helper()
	a, err := New(name, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ready returns an attack as it is once it learned something of images of h×w×c.
func ready(t *testing.T, name string, h, w, c int) Attack {
	t.Helper()
	a := newAttack(t, name, nil)
	if l, ok := a.Trigger.(Trained); ok {
		for _, e := range l.Entries(Lesson{H: h, W: w, C: c, Victims: []int{2, 5}}) {
			for i := range e.Tensor.Data {
				e.Tensor.Data[i] = float32(i%41 - 20)
			}
		}
	}
	return a
}

// inALoader calls do with a sample of 8×8 pixels that a loader made, which knows the
// others of its set.
func inALoader(t *testing.T, do func(s *datasets.Sample)) {
	t.Helper()
	l, err := datasets.NewLoader(datasets.Synthetic(1, datasets.Train, 4), datasets.Config{Batch: 1, Only: []int{2}, Pipeline: datasets.Pipeline{Resize: 8},
		After: func(_, _ int, s *datasets.Sample) datasets.Role { do(s); return datasets.Clean }})
	if err != nil {
		t.Fatal(err)
	}
	batches := l.Epoch(0, 0)
	defer batches.Close()
	batches.Next()
}

// TestRegistry holds every attack to what its recipe and the interface promise:
// the same result from any goroutine, on one channel too, a panic for pixels
// that do not fit, and a sound way to choose and label.
func TestRegistry(t *testing.T) {
	if names := Names(); !slices.Contains(names, "badnets") || !slices.Contains(names, "blended") || !slices.IsSorted(names) {
		t.Fatalf("names %v", names)
	}
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			r, err := Find(name)
			if err != nil || r.Name != name || r.Title == "" || r.Paper == "" {
				t.Errorf("incomplete: %+v, error %v", r, err)
			}
			for _, o := range r.Options {
				if o.Name == "" || o.Said() == "" || o.Usage == "" || !r.Has(o.Name) {
					t.Errorf("incomplete: %+v", o)
				}
			}
			a := newAttack(t, name, nil)
			for _, rate := range []float64{0, 0.1} {
				if err := (Poison{Attack: a, Target: 3, Rate: rate, Classes: 10}).Check(); err != nil {
					t.Errorf("rate %v: %v", rate, err)
				}
			}
			for _, size := range [][3]int{{32, 32, 3}, {36, 36, 3}, {1, 1, 3}, {2, 5, 3}, {64, 48, 3}, {28, 28, 1}} {
				image := Image{Pixels: formula(size[0], size[1])[:size[0]*size[1]*size[2]], H: size[0], W: size[1], C: size[2], Index: 5, Role: datasets.Poisoned}
				with := func(a Attack) []uint8 {
					m := image
					m.Pixels = slices.Clone(image.Pixels)
					a.Trigger.Apply(m)
					return m.Pixels
				}
				want := with(ready(t, name, size[0], size[1], size[2]))
				if size[0] > 1 && bytes.Equal(want, image.Pixels) != a.isNone() {
					t.Errorf("%v: the trigger changes nothing, or that of no attack something", size)
				}
				fresh := ready(t, name, size[0], size[1], size[2])
				var group sync.WaitGroup
				for range 8 {
					group.Go(func() {
						if !bytes.Equal(with(fresh), want) {
							t.Errorf("%v: results differ between goroutines", size)
						}
					})
				}
				group.Wait()
			}
			edit := Poison{Attack: ready(t, name, 8, 8, 3), Rate: 1, Classes: 10}.Edit()
			inALoader(t, func(s *datasets.Sample) {
				if got := testing.AllocsPerRun(20, func() { s.Label = 0; edit(1, 2, s); s.Label = 1; edit(1, 2, s) }); got != 0 {
					t.Errorf("an edit allocates %v times, want 0", got)
				}
			})
			for _, image := range []Image{{Pixels: make([]uint8, 10), H: 32, W: 32, C: 3}, {Pixels: make([]uint8, 8), H: 2, W: 2, C: 2}} {
				func() {
					defer func() {
						if got := recover(); got != "attacks: Trigger: Apply: pixels do not fit height, width and channels" {
							t.Errorf("panic %q", got)
						}
					}()
					a.Trigger.Apply(image)
				}()
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		want    string
	}{
		{"BadNets", nil, `attacks: unknown attack "BadNets", want one of ` + strings.Join(Names(), ", ")},
		{"badnets", Options{"weight": "1"}, `attacks: badnets: unknown option "weight", want one of patch`},
		{"adaptive-patch", Options{"weight": "1"}, `attacks: adaptive-patch: unknown option "weight", it has none`},
		{"blended", Options{"weight": "1", "colour": "red"}, `attacks: blended: unknown option "colour", want one of weight, trigger, pattern`},
		{"blended", Options{"weight": "much"}, `attacks: blended: weight is "much", want a number`},
	} {
		if _, err := New(test.name, test.options); err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
}

// What an attack is told is checked without its files, which New opens.
func TestUnread(t *testing.T) {
	r, err := Find("blended")
	if err != nil {
		t.Fatal(err)
	}
	missing := Options{"trigger": filepath.Join(t.TempDir(), "none.png")}
	if a, err := r.Unread(missing); err != nil || a.Victims.Train == nil || a.PictureSHA256() != "" {
		t.Errorf("unread: error %v", err)
	}
	if _, err := New("blended", missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read: error %v, want that the file is not there", err)
	}
	if _, err := r.Unread(Options{"weight": "2"}); err == nil || err.Error() != "weight is 2, want above 0 and at most 1" {
		t.Errorf("error %v", err)
	}
}

// The digest of a picture is that of its pixels, with every attack that takes one from
// a file, and there is none without.
func TestPictureSHA256(t *testing.T) {
	found := 0
	for _, r := range All() {
		if sum := newAttack(t, r.Name, nil).PictureSHA256(); sum != "" {
			t.Errorf("%s without a file has %s", r.Name, sum)
		}
		for _, o := range r.Options {
			if !strings.HasPrefix(o.Usage, "image file") {
				continue
			}
			found++
			sum := func(file string) string { return newAttack(t, r.Name, Options{o.Name: file}).PictureSHA256() }
			red, gray := sum("testdata/trigger_rgb.png"), sum("testdata/trigger_gray.png")
			if len(red) != 64 || red == gray {
				t.Errorf("%s: digests %q and %q", r.Name, red, gray)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d attacks take a picture from a file", found)
	}
}
