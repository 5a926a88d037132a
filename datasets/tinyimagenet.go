package datasets

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// tinySide is the height and width of the images of Tiny-ImageNet.
const tinySide = 64

func init() { register(tinyImageNet(200, 500, 50)) }

// tinyImageNet returns Tiny-ImageNet, of so many classes with each so many
// training and validation images; the test images have no labels, so those of
// validation take their place. The classes are called as WordNet's synsets in
// wnids.txt are, in the order of their names. The files lie
//
//   - as in the archive: train/n01443537/images/n01443537_0.JPEG and on,
//     val/images/val_0.JPEG and on with val/val_annotations.txt;
//   - or rearranged: val/n01443537/val_68.JPEG, both with images between folder
//     and file or not.
//
// Training images take turns by class (see mixed), the others come as they are
// numbered, in both layouts.
func tinyImageNet(classes, each, tests int) Source {
	const folder = "tiny-imagenet-200"
	return Source{
		Name:  "tiny-imagenet",
		Title: "Tiny-ImageNet",
		Paper: "Le, Yang, Tiny ImageNet Visual Recognition Challenge, CS 231N, Stanford, 2015",
		H:     tinySide, W: tinySide, C: 3,
		Images: [2]int{Train: classes * each, Test: classes * tests},
		Flip:   true,
		Folder: folder,
		locate: inFolder(folder, "wnids.txt"),
		list: func(where string, split Split) listing {
			t := tinyListing{where: where, perClass: [2]int{each, tests}}
			if !t.readClasses(classes) {
				return t.listing
			}
			if split == Train {
				t.train()
				t.pictures = mixed(t.pictures, split)
			} else {
				t.validation()
			}
			return t.listing
		},
	}
}

// A tinyListing is a listing in the making.
type tinyListing struct {
	listing
	where    string
	perClass [2]int
}

// mostTinyTable bounds the length in bytes of wnids.txt and val_annotations.txt.
const mostTinyTable = 1 << 22

// lines reads the lines of a text file, without those that are empty at its end.
func (t *tinyListing) lines(path string) []string {
	var buffer bytes.Buffer
	text, err := readRegular(path, mostTinyTable, &buffer)
	if err != nil {
		t.fail("%w", err)
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

// readClasses reads the classes' names.
func (t *tinyListing) readClasses(want int) bool {
	path := filepath.Join(t.where, "wnids.txt")
	t.classes = t.lines(path)
	if len(t.wrong) > 0 {
		return false
	}
	for i, name := range t.classes {
		if len(name) != 9 || name[0] != 'n' || strings.Trim(name[1:], "0123456789") != "" {
			t.fail("%s: line %d: %q, want a synset such as n01443537", path, i+1, name)
			return false
		}
	}
	slices.Sort(t.classes)
	if n := len(slices.Compact(slices.Clone(t.classes))); n != want || len(t.classes) != want {
		t.fail("%s: %d classes, %d of them different, want %d", path, len(t.classes), n, want)
		return false
	}
	return true
}

// tinyImages returns the folder that a class's images lie in, and the images'
// names: folder itself, or images in it.
func tinyImages(folder string) (in string, names []string, err error) {
	if inner := filepath.Join(folder, "images"); there(inner) {
		folder = inner
	}
	names, err = pictureNames(folder)
	return folder, names, err
}

// train lists the training images.
func (t *tinyListing) train() {
	for label, class := range t.classes {
		folder, names, err := tinyImages(filepath.Join(t.where, "train", class))
		if err != nil {
			t.fail("%w", err)
			continue
		}
		found := nameSet(names)
		for i := range t.perClass[Train] {
			name := fmt.Sprintf("%s_%d.JPEG", class, i)
			t.take(found, folder, name, label)
		}
		t.surplus(found, folder)
	}
}

// nameSet returns the names as a set.
func nameSet(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// take moves an image from those that were found to the listing.
func (t *tinyListing) take(found map[string]bool, folder, name string, label int) {
	path := filepath.Join(folder, name)
	if !found[name] {
		t.fail("%s: %w", path, fs.ErrNotExist)
		return
	}
	delete(found, name)
	t.pictures = append(t.pictures, picture{path: path, label: label})
}

// surplus notes the images that are left of those that were found.
func (t *tinyListing) surplus(found map[string]bool, folder string) {
	var left []string
	for name := range found {
		left = append(left, name)
	}
	slices.Sort(left)
	for _, name := range left {
		t.fail("%s: surplus: no image of the set is called so, or its class is another", filepath.Join(folder, name))
	}
}

// validation lists the validation images, in the order of their numbers.
func (t *tinyListing) validation() {
	val := filepath.Join(t.where, "val")
	folder := filepath.Join(val, "images")
	flat, err := pictureNames(folder)
	sorted := slices.ContainsFunc(t.classes, func(class string) bool { return there(val, class) })
	switch {
	case sorted && len(flat) > 0:
		t.fail("%s: images beside folders of classes: two layouts", folder)
		return
	case sorted:
		t.layout = "rearranged"
		t.sortedValidation(val)
	case err != nil:
		t.fail("%w", err)
		return
	default:
		t.layout = "as in the archive"
		t.annotated(filepath.Join(val, "val_annotations.txt"), folder, nameSet(flat))
	}
	if len(t.wrong) > 0 {
		return
	}
	// Each image is there once: the names differ, and so do the files.
	all := len(t.classes) * t.perClass[Test]
	byName := make(map[string]picture, len(t.pictures))
	for _, p := range t.pictures {
		byName[filepath.Base(p.path)] = p
	}
	counts := make([]int, len(t.classes))
	ordered := make([]picture, 0, all)
	for i := range all {
		name := fmt.Sprintf("val_%d.JPEG", i)
		p, found := byName[name]
		if !found {
			t.fail("%s: %s: %w", val, name, fs.ErrNotExist)
			continue
		}
		ordered = append(ordered, p)
		counts[p.label]++
	}
	if len(t.wrong) == 0 && len(t.pictures) != all {
		t.fail("%s: %d images, want %d", val, len(t.pictures), all)
	}
	for label, n := range counts {
		if want := t.perClass[Test]; len(t.wrong) == 0 && n != want {
			t.fail("%s: %d images of class %s, want %d", val, n, t.classes[label], want)
		}
	}
	t.pictures = ordered
}

// sortedValidation lists validation images in folders by class.
func (t *tinyListing) sortedValidation(val string) {
	for label, class := range t.classes {
		folder, names, err := tinyImages(filepath.Join(val, class))
		if err != nil {
			t.fail("%w", err)
			continue
		}
		for _, name := range names {
			t.pictures = append(t.pictures, picture{path: filepath.Join(folder, name), label: label})
		}
	}
}

// annotated lists validation images in one folder, whose table gives on each line
// a file's name, its class and a box, parted by tabulators.
func (t *tinyListing) annotated(table, folder string, found map[string]bool) {
	labels := make(map[string]int, len(t.classes))
	for label, class := range t.classes {
		labels[class] = label
	}
	lines := t.lines(table)
	if lines == nil {
		return
	}
	for i, line := range lines {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 {
			t.fail("%s: line %d: %q, want a file, its class and a box", table, i+1, line)
			continue
		}
		label, known := labels[fields[1]]
		switch {
		case !known:
			t.fail("%s: line %d: class %q, want one of wnids.txt", table, i+1, fields[1])
		case !found[fields[0]]:
			t.fail("%s: line %d: %q is named twice, or: %w", table, i+1, fields[0], fs.ErrNotExist)
		default:
			t.take(found, folder, fields[0], label)
		}
	}
	t.surplus(found, folder)
}
