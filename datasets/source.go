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

	"sdrm/internal/fetch"
	"sdrm/internal/progress"
	"sdrm/internal/registry"
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

	// Mean and Deviation are those of its channels, of values in [0, 1], that images
	// are usually normalised with; nil if nothing is usual.
	Mean, Deviation []float32

	// Folder is the name of its folder in the folder of the data sets, "." if that
	// folder itself is the set; a set that is made has none.
	Folder string

	// Official are the files that its makers publish: archives, of which Unpack makes
	// the folder, or what lies in it.
	Official []fetch.File

	// names is what lies in its folder, folders with a slash at the end: by these the
	// set is known where they lie directly in the folder of the data sets. One of them
	// may be other, which is not in its folder but takes its place.
	names []string
	other string

	// sizes are the lengths in bytes of files that cannot have another, and sums the
	// checksums of those that are published, as fetch.File has them.
	sizes map[string]int64
	sums  map[string]string

	// begin is how the labels of each split begin, of a set in idx files: other sets' have
	// the same names, dimensions and lengths, and it is known by these alone.
	begin *[2][10]uint8

	// loose is the one file of an archive that lies beside the folder in it.
	loose string

	// find lists the files of a split where Locate found the set.
	find func(where string, split Split) listing

	// foreign tells whether a file that is none of names looks like part of the set;
	// nil where find tells that.
	foreign func(name string) bool
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
		names := s.archives()
		if slices.Contains(names, filepath.Base(path)) {
			return s, nil
		}
		if len(names) == 1 { // several are unpacked together
			known = append(known, names...)
		}
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
	switch s.Folder {
	case "":
		return "built in", true
	case ".":
		return dir, len(s.find(dir, Train).wrong) == 0
	}
	where = filepath.Join(dir, s.Folder)
	if isFolder(where) {
		return where, true
	}
	for _, name := range s.names {
		if !there(dir, name) || isFolder(dir, name) != strings.HasSuffix(name, "/") {
			continue
		}
		if name == s.other {
			return filepath.Join(dir, name), true
		}
		return dir, true
	}
	return where, false
}

// place returns the folder of the data sets and where in it the set lies, or would
// be looked for.
func (s Source) place(dir string) (in, where string, err error) {
	if s.Folder == "" {
		return "", "", nil
	}
	if dir, err = DataDir(dir); err != nil {
		return "", "", err
	}
	if s.Folder == "." { // whether it is there, listing it tells
		return dir, dir, nil
	}
	where, _ = s.Locate(dir)
	return dir, where, nil
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
// been listed, and of folders of images their heads read: Layout, and the classes, channels and numbers of
// images of sets of which they are not known beforehand. An empty dir is
// DataDir's default.
func (s Source) Look(dir string) (Source, error) {
	dir, where, err := s.place(dir)
	if err != nil {
		return s, err
	}
	for _, split := range []Split{Train, Test} {
		l := s.find(where, split)
		if len(l.wrong) > 0 {
			return s, fmt.Errorf("%s: %w", s.Name, s.notThere(l.wrong[0], dir))
		}
		s.found(l)
		s.Images[split] = l.images
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
// found and what was expected. It reports how many images are read, of sets in which
// each is a file; if ctx ends, the error is context.Canceled.
func (s Source) Load(ctx context.Context, dir string, split Split, part Part) (set *Set, err error) {
	defer func() {
		if err != nil {
			set, err = nil, fmt.Errorf("%s: %w", s.Name, err)
		}
	}()
	if split == Train && s.Files > 0 && (part.Files < 0 || part.Files > s.Files) {
		return nil, fmt.Errorf("%d files of the %v split asked for, want 0 (all) to %d", part.Files, split, s.Files)
	}
	most := s.Limit(split, part.Files)
	if part.Images < 0 || part.Images > most {
		return nil, fmt.Errorf("%d images of the %v split asked for, want 0 (all) to %d", part.Images, split, most)
	}
	dir, where, err := s.place(dir)
	if err != nil {
		return nil, err
	}
	l := s.find(where, split)
	if len(l.wrong) > 0 {
		return nil, s.notThere(l.wrong[0], dir)
	}
	if all := max(l.images, s.Most); part.Images > all {
		return nil, fmt.Errorf("%d images of the %v split asked for, want 0 (all) to %d", part.Images, split, all)
	}
	s.found(l)
	if set, err = s.room(cmp.Or(part.Images, min(most, l.images)), l.apart); err != nil {
		return nil, err
	}
	wrong := l.fill(ctx, set)
	if ctx.Err() != nil {
		return nil, context.Canceled
	}
	if len(wrong) > 0 {
		return nil, s.notThere(wrong[0], dir)
	}
	return set, nil
}

// Both loads a part of both splits, as Load does.
func (s Source) Both(ctx context.Context, dir string, ofTrain, ofTest Part) (train, test *Set, err error) {
	if train, err = s.Load(progress.Part(ctx, 0, 2), dir, Train, ofTrain); err == nil {
		test, err = s.Load(progress.Part(ctx, 1, 2), dir, Test, ofTest)
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
