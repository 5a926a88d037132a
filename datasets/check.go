package datasets

import (
	"fmt"
	"path/filepath"
	"slices"
)

// Check reads all of the data set from dir, of which an empty one is DataDir's
// default, and returns what is wrong: an error for each file that is missing,
// cannot be read, or looks like part of the set and is none. If nothing is, it
// returns the sets that Load does.
func (s Source) Check(dir string) (train, test *Set, wrong []error) {
	if s.locate == nil {
		train, test, err := s.Both(dir, Part{}, Part{})
		if err != nil {
			return nil, nil, []error{err}
		}
		return train, test, nil
	}
	dir, err := DataDir(dir)
	if err != nil {
		return nil, nil, []error{err}
	}
	where, _ := s.locate(dir)
	var sets [2]*Set
	for split := range sets {
		set, more := s.check(where, Split(split))
		sets[split] = set
		wrong = append(wrong, more...)
	}
	wrong = append(wrong, s.findSurplus(dir, where)...)
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

// check reads a split as far as it can be read.
func (s Source) check(where string, split Split) (set *Set, wrong []error) {
	if s.list == nil {
		set = s.empty(s.Images[split])
		return set, s.fill(set, where, split)
	}
	l := s.list(where, split)
	s.found(l)
	set = s.empty(len(l.pictures))
	return set, append(l.wrong, fillPictures(set, l.pictures)...)
}

// findSurplus names the files in the set's folder that look like part of it and
// are none. What is beside other data sets is not asked.
func (s Source) findSurplus(dir, where string) (wrong []error) {
	if s.surplus == nil || where == dir {
		return nil
	}
	entries, err := readFolder(where)
	if err != nil {
		return nil // its files are missing
	}
	for _, e := range entries {
		if s.surplus(e.Name()) {
			wrong = append(wrong, fmt.Errorf("%s: surplus: no file of the set is called so", filepath.Join(where, e.Name())))
		}
	}
	return wrong
}
