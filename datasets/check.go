package datasets

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/fetch"
	"sdrm/internal/progress"
	"sdrm/internal/regular"
)

// Check reads all of the data set from dir, of which an empty one is DataDir's
// default, and returns what is wrong: an error for each file that is missing,
// cannot be read, or looks like part of the set and is none. If nothing is, it
// returns the sets that Load does. It reports how many images are read, as Load does; if
// ctx ends, the one error is context.Canceled.
func (s Source) Check(ctx context.Context, dir string) (train, test *Set, wrong []error) {
	dir, where, err := s.place(dir)
	if err != nil {
		return nil, nil, []error{err}
	}
	var sets [2]*Set
	for split := range sets {
		l := s.find(where, Split(split))
		s.found(l)
		if sets[split], err = s.room(l.images, l.apart); err != nil {
			return nil, nil, []error{err}
		}
		wrong = append(append(wrong, l.wrong...), l.fill(progress.Part(ctx, split, len(sets)), sets[split])...)
	}
	if ctx.Err() != nil {
		return nil, nil, []error{context.Canceled}
	}
	wrong = append(append(wrong, s.compare(where, wrong)...), s.surplus(dir, where)...)
	if len(wrong) == 0 {
		return sets[Train], sets[Test], nil
	}
	// What is wrong with the whole of it both splits say.
	seen := map[string]bool{}
	wrong = slices.DeleteFunc(wrong, func(err error) bool {
		text := err.Error()
		defer func() { seen[text] = true }()
		return seen[text]
	})
	for i, err := range wrong {
		wrong[i] = fmt.Errorf("%s: %w", s.Name, s.notThere(err, dir))
	}
	return nil, nil, wrong
}

// sumsName is the file in a folder that Unpack made in which the SHA-256 of the
// others stand, as sha256sum -c reads them.
const sumsName = "SHA256SUMS"

// mostSums bounds its length in bytes.
const mostSums = 1 << 24

// compare names the files whose checksum is known and another, of those that are
// there and of which nothing else is wrong: a flipped bit in a pixel is seen by
// this alone.
func (s Source) compare(where string, known []error) (wrong []error) {
	sums := maps.Clone(s.sums)
	if sums == nil {
		sums = map[string]string{}
	}
	if path := filepath.Join(where, sumsName); there(path) {
		text, err := regular.ReadText(path, mostSums)
		if err != nil {
			return []error{err}
		}
		for line := range strings.Lines(string(text)) {
			sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
			if len(sum) != 2*sha256.Size || !filepath.IsLocal(filepath.FromSlash(name)) {
				return []error{fmt.Errorf("%s: %.100q, want lines of a checksum and a file in this folder", path, line)}
			}
			sums[name] = "sha256:" + sum
		}
	}
	said := map[string]bool{}
	for _, err := range known {
		path, _, _ := strings.Cut(err.Error(), ": ")
		said[path] = true
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		path := filepath.Join(where, filepath.FromSlash(name))
		if said[path] || s.sums[name] != "" && !there(path) {
			continue // no set has all the files that are published
		}
		if err := (fetch.File{Sum: sums[name]}).Verify(path); err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// surplus names the files in the set's folder that look like part of it and are
// none. What is beside other data sets is not asked.
func (s Source) surplus(dir, where string) (wrong []error) {
	if s.foreign == nil || where == dir {
		return nil
	}
	entries, err := readFolder(where)
	if err != nil {
		return nil // its files are missing
	}
	for _, e := range entries {
		if s.foreign(e.Name()) && !slices.Contains(s.names, e.Name()) {
			wrong = append(wrong, fmt.Errorf("%s: surplus: no file of the set is called so", filepath.Join(where, e.Name())))
		}
	}
	return wrong
}
