package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sdrm/internal/rng"
)

// A listing is what the image files of a split are, before one is read.
type listing struct {
	layout   string   // how they lie, where a set is found in several ways
	classes  []string // names, by label; of a Source that has none
	c        int      // channels; of a Source that has none
	pictures []picture
	wrong    []error // files that are missing or too many, and what else is wrong, an error a file
}

// fail notes what is wrong with a file.
func (l *listing) fail(format string, args ...any) {
	l.wrong = append(l.wrong, fmt.Errorf(format, args...))
}

// pictureNames returns the names of the image files in a folder, in order. What
// is not called an image is passed over.
func pictureNames(folder string) ([]string, error) {
	entries, err := readFolder(folder)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if isPicture(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// readFolder returns what is in a folder, in the order of the names.
func readFolder(folder string) ([]fs.DirEntry, error) {
	// Before it is read: a pipe would wait for its writer.
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s: not a folder", folder)
	}
	return os.ReadDir(folder)
}

// there tells whether something lies at a path.
func there(parts ...string) bool {
	_, err := os.Lstat(filepath.Join(parts...))
	return err == nil
}

// orderSeed is that of the order of images which lie in folders by class.
const orderSeed = 1

// mixed returns the pictures, which are sorted by class, in the order in which a
// set has them: the classes take turns as long as they last, and those of a class
// follow each other at random, always in the same way. So the first n of them
// are of all classes, and not frames of the same film.
func mixed(pictures []picture, split Split) []picture {
	byClass := [][]picture{}
	for start, i := 0, 0; i < len(pictures); i++ {
		if i+1 < len(pictures) && pictures[i+1].label == pictures[i].label {
			continue
		}
		class := pictures[start : i+1]
		draw := rng.New(orderSeed, rng.Shuffle, int(split), pictures[i].label)
		draw.Shuffle(len(class), func(a, b int) { class[a], class[b] = class[b], class[a] })
		byClass = append(byClass, class)
		start = i + 1
	}
	out := make([]picture, 0, len(pictures))
	for turn := 0; len(out) < len(pictures); turn++ {
		for _, class := range byClass {
			if turn < len(class) {
				out = append(out, class[turn])
			}
		}
	}
	return out
}
