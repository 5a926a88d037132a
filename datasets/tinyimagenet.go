package datasets

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/fetch"
	"sdrm/internal/regular"
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
// Training images take turns by class (see mix), the others come as they are
// numbered, in both layouts.
func tinyImageNet(classes, each, tests int) Source {
	return Source{
		Name:  "tiny-imagenet",
		Title: "Tiny-ImageNet",
		Paper: "Le, Yang, Tiny ImageNet Visual Recognition Challenge, CS 231N, Stanford, 2015",
		H:     tinySide, W: tinySide, C: 3,
		Images: [2]int{Train: classes * each, Test: classes * tests},
		Flip:   true,
		// BackdoorBench's.
		Mean: []float32{0.4802, 0.4481, 0.3975}, Deviation: []float32{0.2302, 0.2265, 0.2262},
		Folder: "tiny-imagenet-200",
		Official: []fetch.File{{
			URL: "http://cs231n.stanford.edu/tiny-imagenet-200.zip", Size: 248100043,
			Sum: "sha256:6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
		}},
		names: []string{"wnids.txt"},
		find: func(where string, split Split) listing {
			t := tinyListing{where: where}
			if !t.readClasses(classes) {
				return t.done()
			}
			if split == Train {
				t.train(each)
				t.mix(split)
			} else {
				t.validation(tests)
			}
			return t.done()
		},
	}
}

// A tinyListing is a listing in the making.
type tinyListing struct {
	pictureListing
	where string
}

// mostTinyTable bounds the length in bytes of wnids.txt and val_annotations.txt.
const mostTinyTable = 1 << 20

// lines reads the lines of a text file, without those that are empty at its end.
func (t *tinyListing) lines(path string) []string {
	text, err := regular.ReadText(path, mostTinyTable)
	if err != nil {
		t.fail("%w", err)
		return nil
	}
	return strings.Split(strings.ReplaceAll(strings.TrimRight(string(text), "\r\n"), "\r\n", "\n"), "\n")
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

// class notes the images of a class, which lie in a folder or in images there, and
// returns where.
func (t *tinyListing) class(folder string) (in string, names []string, ok bool) {
	if inner := filepath.Join(folder, "images"); there(inner) {
		folder = inner
	}
	names, ok = t.folder(folder)
	return folder, names, ok
}

// train lists the training images.
func (t *tinyListing) train(each int) {
	for label, class := range t.classes {
		folder, _, ok := t.class(filepath.Join(t.where, "train", class))
		for i := 0; ok && i < each; i++ {
			t.number(picture{path: filepath.Join(folder, fmt.Sprintf("%s_%d.JPEG", class, i)), label: label})
		}
	}
	t.surplus()
}

// number takes the picture of a number.
func (t *tinyListing) number(p picture) {
	if err := t.take(p); err != nil {
		t.fail("%s: %w", p.path, err)
	}
}

// validation lists the validation images, in the order of their numbers.
func (t *tinyListing) validation(perClass int) {
	val := filepath.Join(t.where, "val")
	folder := filepath.Join(val, "images")
	byName := map[string]picture{} // what is said of an image's class
	flat, _ := pictureNames(folder)
	switch sorted := slices.ContainsFunc(t.classes, func(class string) bool { return there(val, class) }); {
	case sorted && len(flat) > 0:
		t.fail("%s: images beside folders of classes: two layouts", folder)
		return
	case sorted:
		t.layout = "rearranged"
		for label, class := range t.classes {
			in, names, _ := t.class(filepath.Join(val, class))
			for _, name := range names {
				byName[name] = picture{path: filepath.Join(in, name), label: label}
			}
		}
	default:
		t.layout = "as in the archive"
		if _, ok := t.folder(folder); !ok {
			return
		}
		t.annotated(filepath.Join(val, "val_annotations.txt"), folder, byName)
	}
	counts := make([]int, len(t.classes))
	for i := range len(t.classes) * perClass {
		name := fmt.Sprintf("val_%d.JPEG", i)
		p, found := byName[name]
		if !found {
			p.path = filepath.Join(folder, name)
			if _, surplus := t.known[p.path]; surplus {
				continue // and has no class
			}
		}
		t.number(p)
		counts[p.label]++
	}
	t.surplus()
	for label, n := range counts {
		if len(t.wrong) == 0 && n != perClass {
			t.fail("%s: %d images of class %s, want %d", val, n, t.classes[label], perClass)
		}
	}
}

// annotated reads the table of the validation images of a folder, which gives on
// each line a file's name, its class and a box, parted by tabulators.
func (t *tinyListing) annotated(table, folder string, byName map[string]picture) {
	for i, line := range t.lines(table) {
		if len(t.wrong) > mostWrong {
			break
		}
		fields := strings.SplitN(line, "\t", 3)
		if len(fields) < 2 {
			t.fail("%s: line %d: %q, want a file, its class and a box", table, i+1, line)
			continue
		}
		name := fields[0]
		p := picture{path: filepath.Join(folder, name), label: slices.Index(t.classes, fields[1])}
		_, twice := byName[name]
		_, found := t.known[p.path]
		switch {
		case p.label < 0:
			t.fail("%s: line %d: class %q, want one of wnids.txt", table, i+1, fields[1])
		case twice:
			t.fail("%s: line %d: %q is named twice", table, i+1, name)
		case !found:
			t.fail("%s: line %d: %q: %w", table, i+1, name, fs.ErrNotExist)
		default:
			byName[name] = p
		}
	}
}
