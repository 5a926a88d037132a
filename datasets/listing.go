package datasets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/rng"
)

// A listing is what is known of the files of a split before their images are read.
type listing struct {
	layout  string                                      // how they lie, where a set is found in several ways
	classes []string                                    // names, by label; of a Source that has none
	c       int                                         // channels; of a Source that has none
	images  int                                         // how many there are
	apart   bool                                        // whether each is a file of its own
	fill    func(ctx context.Context, set *Set) []error // reads the first, as many as set has room for; what is wrong, an error a file
	wrong   []error                                     // files that are missing or too many, and what else is wrong, an error a file
}

// mostWrong bounds how much of what is wrong with a split is told.
const mostWrong = 20_000

// fail notes what is wrong with a file.
func (l *listing) fail(format string, args ...any) {
	switch n := len(l.wrong); {
	case n < mostWrong:
		l.wrong = append(l.wrong, fmt.Errorf(format, args...))
	case n == mostWrong:
		l.wrong = append(l.wrong, fmt.Errorf("and so on: more than %d are wrong", mostWrong))
	}
}

// A pictureListing is a listing in the making, of a set in which each image is a
// file of its own.
type pictureListing struct {
	listing
	pictures []picture
	known    map[string]bool // paths of the images in the folders; whether one of the pictures is there
}

// folder notes which images are in a folder and returns their names, in order.
func (l *pictureListing) folder(folder string) (names []string, ok bool) {
	names, err := pictureNames(folder)
	if err != nil {
		l.fail("%w", err)
		return nil, false
	}
	if l.known == nil {
		l.known = map[string]bool{}
	}
	for _, name := range names {
		l.known[filepath.Join(folder, name)] = false
	}
	return names, true
}

// pictureNames returns the names of the image files in a folder, in order. What
// is not called an image is passed over, and so is what begins with a dot, as what
// macOS leaves in archives does.
func pictureNames(folder string) (names []string, err error) {
	entries, err := readFolder(folder)
	for _, e := range entries {
		if isPicture(e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// take makes an image of a noted folder the next picture.
func (l *pictureListing) take(p picture) error {
	switch taken, found := l.known[p.path]; {
	case !found:
		return fs.ErrNotExist
	case taken:
		return errors.New("named twice")
	}
	l.known[p.path] = true
	l.pictures = append(l.pictures, p)
	return nil
}

// surplus notes the images that were found and not taken.
func (l *pictureListing) surplus() {
	for _, path := range slices.Sorted(maps.Keys(l.known)) {
		if !l.known[path] {
			l.fail("%s: surplus: no image of the set is called so", path)
		}
	}
}

// done returns the listing.
func (l *pictureListing) done() listing {
	l.images, l.apart = len(l.pictures), true
	l.fill = func(ctx context.Context, set *Set) []error { return fillPictures(ctx, set, l.pictures) }
	return l.listing
}

// orderSeed is that of the order of images which lie in folders by class.
const orderSeed = 1

// mix brings the pictures, which are sorted by class, in the order in which a set
// has them: those of a class follow each other at random, always in the same way, and so
// are no frames of the same film. Of a training set the classes take turns as long as
// they last: the first n are of all classes. Of a test set each class has its share of
// every part, since some detectors are shown the first images and try the rest.
func (l *pictureListing) mix(split Split) {
	type turn struct {
		picture
		i, of int // picture i of as many of its class
	}
	var turns []turn
	for rest := l.pictures; len(rest) > 0; {
		label := rest[0].label
		n := slices.IndexFunc(rest, func(p picture) bool { return p.label != label })
		if n < 0 {
			n = len(rest)
		}
		draw := rng.New(orderSeed, rng.Shuffle, int(split), label)
		draw.Shuffle(n, func(a, b int) { rest[a], rest[b] = rest[b], rest[a] })
		for i, p := range rest[:n] {
			turns = append(turns, turn{p, i, n})
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(turns, func(a, b turn) int {
		if split == Train {
			return a.i - b.i
		}
		return (2*a.i+1)*b.of - (2*b.i+1)*a.of // of the middles of their parts of the set
	})
	for i, t := range turns {
		l.pictures[i] = t.picture
	}
}
