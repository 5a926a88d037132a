package datasets

import (
	"bufio"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/regular"
	"sdrm/internal/rng"
)

func init() {
	register(imageFolder("folder", 32))
	register(imageFolder("folder-64", 64))
}

// MostClasses bounds the classes of a set which are known only once it is found.
const MostClasses = 10_000

// oneInTest is of how many images of a class one becomes a test image, where the
// splits are not given.
const oneInTest = 5

// FolderLayout is how images lie in the folder that is the set.
const FolderLayout = "CLASS/IMAGE, or train/CLASS/IMAGE and test/CLASS/IMAGE"

// imageFolder returns the data set that lies in the folder of the data sets
// itself: PNG, JPEG, GIF and PPM images in folders by class, with splits of their
// own or without:
//
//	train/cat/1.png  train/dog/1.png  test/cat/2.png  test/dog/2.png
//	cat/1.png  cat/2.png  dog/1.png  dog/2.png
//
// For test, val does too. Where there is no train, one in five images of each
// class, at least one, is a test image; which ones is drawn, always in the same
// way. The classes are the folders' names in the order of their bytes; each must
// have an image in both splits. Images in folders inside that of a class are
// refused. What begins with a dot is passed over, and so are files whose names are
// no images'.
//
// All images are brought to side×side, whatever their shape, as Resize does it.
// They have one channel if all training images are gray by their heads, else
// three. EXIF's orientation is passed over.
func imageFolder(name string, side int) Source {
	return Source{
		Name:  name,
		Title: fmt.Sprintf("folders of images by class, which are brought to %d×%d", side, side),
		Paper: "of the user",
		H:     side, W: side,
		Flip:   true, // which a spec for signs or digits must turn off
		Folder: ".",
		find: func(where string, split Split) listing {
			train := findFolder(where, Train)
			train.channels()
			if split == Train {
				return train.done()
			}
			test := findFolder(where, Test)
			if test.c = train.c; len(train.wrong) == 0 && !slices.Equal(test.classes, train.classes) {
				test.fail("%s: the classes of the splits differ: %s", where, firstDifference(train.classes, test.classes))
			}
			return test.done()
		},
	}
}

// firstDifference says in what two sorted lists of classes differ.
func firstDifference(train, test []string) string {
	for _, name := range slices.Concat(train, test) {
		switch {
		case !slices.Contains(test, name):
			return fmt.Sprintf("no test images of %q", name)
		case !slices.Contains(train, name):
			return fmt.Sprintf("no training images of %q", name)
		}
	}
	return "none"
}

// A foundFolder is a listing in the making.
type foundFolder struct {
	pictureListing
	where string
}

// findFolder finds the images of a split, without a look into them.
func findFolder(where string, split Split) *foundFolder {
	f := &foundFolder{where: where}
	own := map[string]string{}
	for _, name := range []string{"train", "val", "test"} { // the last that is there counts
		if isFolder(where, name) {
			own[strings.Replace(name, "val", "test", 1)] = name
		}
	}
	switch {
	case len(own) == 0:
		f.layout = "without splits"
		f.classFolders(where, func(class []picture, label int) []picture {
			draw := rng.New(orderSeed, rng.Select, 0, label)
			draw.Shuffle(len(class), func(a, b int) { class[a], class[b] = class[b], class[a] })
			tests := min(max(len(class)/oneInTest, 1), len(class))
			if split == Test {
				return class[:tests]
			}
			return class[tests:]
		})
	case len(own) == 1:
		f.fail("%s: a split without the other, want train and test (or val)", where)
	default:
		f.layout = fmt.Sprintf("with %s and %s", own["train"], own["test"])
		f.unmixed(where)
		f.classFolders(filepath.Join(where, own[split.String()]), func(class []picture, _ int) []picture { return class })
	}
	f.mix(split)
	return f
}

// unmixed looks for folders with images beside those of the splits.
func (f *foundFolder) unmixed(where string) {
	for _, name := range f.folders(where) {
		if slices.Contains([]string{"train", "val", "test"}, name) {
			continue
		}
		if images, _ := pictureNames(filepath.Join(where, name)); len(images) > 0 {
			f.fail("%s: images beside train: are there splits or not?", filepath.Join(where, name))
		}
	}
}

// folders returns the names of the folders in a folder, which must hold no image.
func (f *foundFolder) folders(where string) []string {
	entries, err := readFolder(where)
	if err != nil {
		f.fail("%w", err)
		return nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(where, e.Name())
		if isPicture(e.Name()) && !e.IsDir() {
			f.fail("%s: an image outside the folders of the classes", path)
		} else if isFolder(path) {
			names = append(names, e.Name())
		}
	}
	return names
}

// classFolders lists the folders of the classes, of each what choose leaves of
// its images.
func (f *foundFolder) classFolders(where string, choose func(class []picture, label int) []picture) {
	f.classes = f.folders(where)
	if n := len(f.classes); n == 0 {
		f.fail("%s: folders of classes: %w", where, fs.ErrNotExist)
	} else if n < 2 || n > MostClasses {
		f.fail("%s: %d folders of classes, want 2 to %d: %s in %s", where, n, MostClasses, FolderLayout, f.where)
		return
	}
	for label, name := range f.classes {
		folder := filepath.Join(where, name)
		names, ok := f.folder(folder)
		if !ok {
			continue
		}
		if len(names) == 0 {
			f.fail("%s: no images, want %s, in %s", folder, FolderLayout, f.where)
			continue
		}
		f.flat(folder)
		class := make([]picture, 0, len(names))
		for _, name := range names {
			class = append(class, picture{path: filepath.Join(folder, name), label: label})
		}
		if class = choose(class, label); len(class) == 0 {
			f.fail("%s: no images for a split (%d in all)", folder, len(names))
		}
		f.pictures = append(f.pictures, class...)
	}
}

// flat looks for images in the folders inside that of a class, which would be left
// out, and names the first.
func (f *foundFolder) flat(class string) {
	filepath.WalkDir(class, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.fail("%w", err)
		case strings.HasPrefix(e.Name(), ".") && e.IsDir() && path != class:
			return fs.SkipDir
		case !e.IsDir() && filepath.Dir(path) != class && isPicture(e.Name()) && !strings.HasPrefix(e.Name(), "."):
			f.fail("%s: an image in a folder inside that of a class, want it in %s", path, class)
			return fs.SkipAll
		}
		return nil
	})
}

// channels finds out whether all images are gray.
func (f *foundFolder) channels() {
	f.c = 1
	for _, p := range f.pictures {
		c, err := channelsOf(p.path)
		if err != nil {
			f.fail("%w", err)
		}
		if c == 3 {
			f.c = 3
			return
		}
	}
}

// channelsOf returns the channels of the image in a file, of which it reads the
// head alone.
func channelsOf(path string) (c int, err error) {
	file, _, err := regular.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	magic, _ := r.Peek(8) // what is shorter is of no format
	format, err := formatOf(magic)
	switch {
	case err == nil && format == nil:
		return 1 + int(magic[1]-'5')*2, nil
	case err == nil:
		_, c, err = format.head(r)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
