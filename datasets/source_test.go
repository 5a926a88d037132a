package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source returns a registered source.
func source(t *testing.T, name string) Source {
	t.Helper()
	s, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantSource holds a set to what runs of it rest on: the number of its classes, 0 if its
// files tell them, of its channels and its images, and whether they may be mirrored.
func wantSource(t *testing.T, name string, classes, channels int, images [2]int, flip bool) {
	t.Helper()
	s := source(t, name)
	if len(s.Classes) != classes || s.C != channels || s.Images != images || s.Flip != flip {
		t.Errorf("%s: %d classes, %d channels, %v images, mirrored %v, want %d, %d, %v, %v", name, len(s.Classes), s.C, s.Images, s.Flip, classes, channels, images, flip)
	}
}

// TestRegistry holds every source to what a caller may take for granted.
func TestRegistry(t *testing.T) {
	if names := Names(); !slices.Contains(names, "synthetic") || !slices.Contains(names, "cifar10") || !slices.IsSorted(names) {
		t.Fatalf("names %v", names)
	}
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			s := source(t, name)
			if s.Name != name || s.Title == "" || s.Paper == "" || min(s.H, s.W) < 1 {
				t.Errorf("incomplete: %+v", s)
			}
			// What is not known beforehand its files tell; which sets that is their own tests say.
			if s.find == nil || s.Classes != nil && len(s.Classes) < 2 || s.Classes == nil && s.Folder == "" || s.Folder != "." && min(s.Images[Train], s.Images[Test]) < 1 {
				t.Errorf("incomplete: %+v", s)
			}
			if s.C != 1 && s.C != 3 && (s.C != 0 || s.Folder != ".") {
				t.Errorf("%d channels", s.C)
			}
			if s.Mean != nil && (len(s.Mean) != s.C || len(s.Deviation) != s.C || slices.Min(s.Deviation) <= 0) {
				t.Errorf("mean %v and deviation %v of %d channels", s.Mean, s.Deviation, s.C)
			}
			sorted := slices.Sorted(slices.Values(s.Classes))
			if len(slices.Compact(sorted)) != len(s.Classes) || slices.Contains(s.Classes, "") {
				t.Errorf("class names %q", s.Classes)
			}
			if (s.Most > 0) != (s.Folder == "") || s.Official != nil && len(s.Folder) < 2 {
				t.Error("folder, official files and numbers do not fit together")
			}
			for split, n := range s.Images {
				if got := s.Limit(Split(split), 0); got != max(n, s.Most) && n > 0 {
					t.Errorf("%v: limit %d, want %d", Split(split), got, n)
				}
				if _, err := s.Load(t.Context(), t.TempDir(), Split(split), Part{Images: -1}); err == nil || !strings.HasPrefix(err.Error(), name+": -1 images") {
					t.Errorf("-1 images: error %v", err)
				}
			}
			dir := t.TempDir()
			where, found := s.Locate(dir)
			if s.Folder == "" {
				if where != "built in" || !found {
					t.Errorf("located %s, %v", where, found)
				}
				return
			}
			if where != filepath.Join(dir, s.Folder) || found {
				t.Errorf("in an empty folder: located %s, %v", where, found)
			}
			if _, err := s.Load(t.Context(), dir, Test, Part{}); err == nil || !strings.Contains(err.Error(), "want "+s.Title) || strings.Contains(err.Error(), "\n") {
				t.Errorf("in an empty folder: error %v", err)
			}
		})
	}
}

// TestLocate: where the set lies is what Load reads.
func TestLocate(t *testing.T) {
	s := source(t, "cifar10")
	dir := t.TempDir()
	inner := filepath.Join(dir, s.Folder)
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	writeCIFARFile(t, filepath.Join(inner, "test_batch.bin"), cifarFileSize, cifarImage(5, 5))
	for _, from := range []string{dir, inner} {
		if where, found := s.Locate(from); where != inner || !found {
			t.Errorf("located %s, %v from %s", where, found, from)
		}
		if set, err := s.Load(t.Context(), from, Test, Part{Images: 1}); err != nil || set.Labels[0] != 5 {
			t.Errorf("from %s: error %v", from, err)
		}
	}
}

func TestFindUnknown(t *testing.T) {
	want := `unknown data set "CIFAR10", want one of ` + strings.Join(Names(), ", ")
	if _, err := Find("CIFAR10"); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestOfArchive(t *testing.T) {
	if s, err := OfArchive("some/where/cifar-10-binary.tar.gz"); err != nil || s.Name != "cifar10" {
		t.Errorf("%s, error %v", s.Name, err)
	}
	if _, err := OfArchive("some/other.tar.gz"); err == nil || !strings.HasPrefix(err.Error(), "some/other.tar.gz: its name does not tell the data set, want cifar-10-binary.tar.gz") {
		t.Errorf("error %v", err)
	}
}

func TestDataDir(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("SDRM_DATA", "")
	check := func(dir, want string) {
		t.Helper()
		if got, err := DataDir(dir); err != nil || got != want {
			t.Errorf("DataDir(%q) is %s, error %v, want %s", dir, got, err, want)
		}
	}
	check("", "/home/someone/.cache/sdrm/datasets")
	t.Setenv("XDG_CACHE_HOME", "/cache")
	check("", "/cache/sdrm/datasets")
	t.Setenv("SDRM_DATA", "/data")
	check("", "/data")
	check("here", "here")
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("SDRM_DATA", "")
	if _, err := DataDir(""); err == nil || !strings.HasPrefix(err.Error(), "data.dir: empty, and there is no home folder") {
		t.Errorf("error %v", err)
	}
	if set, err := source(t, "synthetic").Load(t.Context(), "", Test, Part{Images: 1}); err != nil || set.Len() != 1 {
		t.Errorf("a set that is made wants a folder: %v", err)
	}
}

// TestDigest pins digests for good: run folders carry them.
func TestDigest(t *testing.T) {
	s := source(t, "synthetic")
	train, err := s.Load(t.Context(), "", Train, Part{Images: 24})
	if err != nil {
		t.Fatal(err)
	}
	test, err := s.Load(t.Context(), "", Test, Part{Images: 30})
	if err != nil {
		t.Fatal(err)
	}
	was := Digest(train, test)
	if want := "8ae40506554d4927bcc195549bfbf149e1521e2562c475f589f283fe5cbd6388"; was != want {
		t.Errorf("digest %s, want %s", was, want)
	}
	for what, change := range map[string]func(s *Set){
		"name":   func(s *Set) { s.Name = "other" },
		"label":  func(s *Set) { s.Labels = append([]int{1 - s.Labels[0]}, s.Labels[1:]...) },
		"pixel":  func(s *Set) { s.Pixels = append([]uint8{^s.Pixels[0]}, s.Pixels[1:]...) },
		"shape":  func(s *Set) { s.H, s.W = s.H/2, s.W*2 },
		"colour": func(s *Set) { s.W, s.C = s.W*3, 1 },
	} {
		other := *train
		change(&other)
		if Digest(&other, test) == was {
			t.Errorf("the digest does not depend on the %s", what)
		}
	}
	// Labels that differ by 256 are told apart.
	a, b := *train, *train
	a.Classes = make([]string, 300)
	b.Classes, b.Labels = a.Classes, slices.Clone(a.Labels)
	b.Labels[3] += 256
	if Digest(&a) == Digest(&b) {
		t.Error("the digest reads labels as bytes")
	}
}
