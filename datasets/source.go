package datasets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/registry"
	"sdrm/internal/regular"
)

// A Source is a data set that can be named, and all that is known of it before
// its files are read. Each stands in a file of its own, which registers it.
type Source struct {
	Name  string // what it is called in specs and on the command line
	Title string // what its makers call it
	Paper string // who made it, and where that is written

	Classes []string // names, by label; nil if only Look tells them
	H, W, C int      // height, width and channels of every image; 0 channels if only Look tells them

	// Images is the number of images of each split; the most of them, if there
	// are versions with fewer, and 0 if only Look tells it. Of a set that is made and not read it is the number
	// made where none is asked for, and Most is how many can be.
	Images [2]int
	Most   int

	// Files is how many files of one length the training split lies in, of which
	// the first so many can be used; 0 if it cannot be divided so.
	Files int

	// Layout says how the files lie, of a set that is found in several ways, once
	// Look has looked.
	Layout string

	// Flip says that the mirror image of an image still shows its class, so that
	// training may mirror: digits and signs are not so.
	Flip bool

	// Folder is the name of its folder in the folder of the data sets, "." if that
	// folder itself is the set, and Archive that of the file which Unpack makes
	// the folder of. A set that is made has neither; without Archive there is
	// nothing to unpack.
	Folder, Archive string

	// locate finds the set in the folder of the data sets, as inFolder does.
	locate func(dir string) (where string, found bool)

	// fill reads the first images of a split, as many as set has room for, from
	// where locate found them. It returns what is wrong, an error a file.
	fill func(set *Set, where string, split Split) []error

	// list finds the images of a split of a set in which each is a file of its
	// own, which has this instead of fill.
	list func(where string, split Split) listing

	// layout tells how the files lie there, of a set which has several ways; and
	// surplus whether a file there looks like part of the set and is none. Both may
	// be nil. What list finds has both already.
	layout  func(where string) string
	surplus func(name string) bool

	// unpack writes what is in the archive to a new folder.
	unpack func(ctx context.Context, archive *os.File, folder string) error
}

var sources = registry.New[Source]("data set")

// register makes a source one of those that Find finds.
func register(s Source) { sources.Add(s.Name, s) }

// Names returns the names of the data sets in order.
func Names() []string { return sources.Names() }

// All returns the data sets in the order of their names.
func All() []Source { return sources.All() }

// Find returns the data set of the given name. The error lists the choices.
func Find(name string) (Source, error) { return sources.Find(name) }

// OfArchive returns the data set whose archive is called as the file at path is.
// The error lists the names.
func OfArchive(path string) (Source, error) {
	var known []string
	for _, s := range All() {
		if s.Archive == "" {
			continue
		}
		if s.Archive == filepath.Base(path) {
			return s, nil
		}
		known = append(known, s.Archive)
	}
	return Source{}, fmt.Errorf("%s: its name does not tell the data set, want %s", path, strings.Join(known, " or "))
}

// DataDir returns the folder of the data sets: dir if it is not empty, else
// $SDRM_DATA, else sdrm/datasets in the user's cache folder
// ($XDG_CACHE_HOME or ~/.cache).
func DataDir(dir string) (string, error) {
	if dir = cmp.Or(dir, os.Getenv("SDRM_DATA")); dir != "" {
		return dir, nil
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("data.dir: empty, and there is no home folder to look in: %w", err)
		}
		cache = filepath.Join(home, ".cache")
	}
	return filepath.Join(cache, "sdrm", "datasets"), nil
}

// Locate returns where under the folder of the data sets the set lies, or would
// be looked for, and whether it is there. Whether it is whole Load tells.
func (s Source) Locate(dir string) (where string, found bool) {
	if s.locate == nil {
		return "built in", true
	}
	return s.locate(dir)
}

// inFolder returns a Source's locate for a set whose files lie in the given
// folder or, if that is not there, directly in the folder of the data sets.
func inFolder(folder string, files ...string) func(dir string) (string, bool) {
	return func(dir string) (string, bool) {
		where := filepath.Join(dir, folder)
		if info, err := os.Stat(where); err == nil && info.IsDir() {
			return where, true
		}
		for _, name := range files {
			if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
				return dir, true
			}
		}
		return where, false
	}
}

// A Part selects the beginning of a split. The zero value is all of it.
type Part struct {
	Files  int // only the first so many files, if not 0; of the training split of a Source that has Files
	Images int // only the first so many images of those files, if not 0
}

// Limit returns how many images Part.Images may ask for of a split, of which
// only the given number of files is used (0: all).
func (s Source) Limit(split Split, files int) int {
	switch {
	case s.Most > 0:
		return s.Most
	case split == Train && s.Files > 0 && files > 0:
		return s.Images[Train] / s.Files * files
	}
	return cmp.Or(s.Images[split], math.MaxInt32)
}

// Look returns the data set with what is known of it once its files in dir have
// been listed, but not read: Layout, and the classes, channels and numbers of
// images of sets of which they are not known beforehand. An empty dir is
// DataDir's default.
func (s Source) Look(dir string) (Source, error) {
	if s.locate == nil {
		return s, nil
	}
	dir, err := DataDir(dir)
	if err != nil {
		return s, err
	}
	where, _ := s.locate(dir)
	if s.list == nil {
		if s.layout != nil {
			s.Layout = s.layout(where)
		}
		return s, nil
	}
	for _, split := range []Split{Train, Test} {
		l := s.list(where, split)
		if len(l.wrong) > 0 {
			return s, fmt.Errorf("%s: %w", s.Name, s.notThere(l.wrong[0], dir))
		}
		s.found(l)
		s.Images[split] = len(l.pictures)
	}
	return s, nil
}

// found takes from a listing what was not known of the set.
func (s *Source) found(l listing) {
	if s.Classes == nil {
		s.Classes = l.classes
	}
	s.C = cmp.Or(s.C, l.c)
	s.Layout = cmp.Or(s.Layout, l.layout)
}

// notThere says of a file that was not found where the set was looked for.
func (s Source) notThere(err error, dir string) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if s.Folder == "." {
		return fmt.Errorf("%w; want %s in %s", err, s.Title, dir)
	}
	return fmt.Errorf("%w; want %s in %s, or in a folder %s there", err, s.Title, dir, s.Folder)
}

// Load reads a part of a split from dir; an empty dir is DataDir's default. An
// error names the set, the file, and the record where there is one, what was
// found and what was expected.
func (s Source) Load(dir string, split Split, part Part) (*Set, error) {
	set, err := s.load(dir, split, part)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return set, nil
}

func (s Source) load(dir string, split Split, part Part) (*Set, error) {
	if split == Train && s.Files > 0 && (part.Files < 0 || part.Files > s.Files) {
		return nil, fmt.Errorf("%d files of the %v split asked for, want 0 (all) to %d", part.Files, split, s.Files)
	}
	most := s.Limit(split, part.Files)
	if part.Images < 0 || part.Images > most {
		return nil, fmt.Errorf("%d images of the %v split asked for, want 0 (all) to %d", part.Images, split, most)
	}
	where := ""
	if s.locate != nil {
		var err error
		if dir, err = DataDir(dir); err != nil {
			return nil, err
		}
		where, _ = s.locate(dir)
	}
	set, err := s.read(where, split, part.Images, min(most, s.Images[split]))
	if err != nil {
		return nil, s.notThere(err, dir)
	}
	return set, nil
}

// read reads the first n images of a split, 0 for all, of which a set that lists
// no files has the given number.
func (s Source) read(where string, split Split, n, all int) (*Set, error) {
	if s.list == nil {
		set := s.empty(cmp.Or(n, all))
		if wrong := s.fill(set, where, split); len(wrong) > 0 {
			return nil, wrong[0]
		}
		return set, nil
	}
	l := s.list(where, split)
	if len(l.wrong) > 0 {
		return nil, l.wrong[0]
	}
	if all = len(l.pictures); n > all {
		return nil, fmt.Errorf("%d images of the %v split asked for, want 0 (all) to %d", n, split, all)
	}
	s.found(l)
	set := s.empty(cmp.Or(n, all))
	if wrong := fillPictures(set, l.pictures); len(wrong) > 0 {
		return nil, wrong[0]
	}
	return set, nil
}

// Both loads a part of both splits, as Load does.
func (s Source) Both(dir string, ofTrain, ofTest Part) (train, test *Set, err error) {
	if train, err = s.Load(dir, Train, ofTrain); err == nil {
		test, err = s.Load(dir, Test, ofTest)
	}
	return train, test, err
}

// empty returns a set with room for n images.
func (s Source) empty(n int) *Set {
	return &Set{
		Name: s.Name, Classes: slices.Clone(s.Classes), H: s.H, W: s.W, C: s.C,
		Pixels: make([]uint8, n*s.H*s.W*s.C), Labels: make([]int, n),
	}
}

// openWhole opens a regular file that must have the given size in bytes; kind
// says what that size is made of.
func openWhole(path string, size int64, kind string) (*os.File, error) {
	file, got, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	if got != size {
		file.Close()
		return nil, fmt.Errorf("%s: size %d bytes, want %d (%s): truncated, or another file", path, got, size, kind)
	}
	return file, nil
}
