package datasets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sdrm/internal/fetch"
	"sdrm/internal/regular"
)

// gtsrbSide is the height and width that the images are brought to, as most do
// who train on them; their own are 15 to 250 pixels.
const gtsrbSide = 32

// gtsrbHome is where the makers publish the set.
const gtsrbHome = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"

// gtsrbClasses are the meanings of the signs, by label.
var gtsrbClasses = []string{
	"speed limit 20", "speed limit 30", "speed limit 50", "speed limit 60", "speed limit 70",
	"speed limit 80", "end of speed limit 80", "speed limit 100", "speed limit 120", "no overtaking",
	"no overtaking by lorries", "right of way at the next crossing", "priority road", "give way", "stop",
	"no vehicles", "no lorries", "no entry", "danger", "bend to the left",
	"bend to the right", "double bend", "uneven road", "slippery road", "road narrows on the right",
	"road works", "traffic lights", "pedestrians", "children", "bicycles",
	"ice or snow", "wild animals", "end of all limits", "turn right ahead", "turn left ahead",
	"ahead only", "ahead or right", "ahead or left", "keep right", "keep left",
	"roundabout", "end of no overtaking", "end of no overtaking by lorries",
}

func init() {
	register(gtsrb(false))
	register(gtsrb(true))
}

// gtsrb returns the data set of whole images, which have a margin of a tenth and
// more around the sign, or that of the signs' regions, which its tables give. It
// is found in three layouts:
//
//   - official: Final_Training/Images/00000 to 00042, in each of which
//     GT-00000.csv to GT-00042.csv is the table of its PPM images, 39,209 in all;
//     Final_Test/Images with 12,630 PPM images, of which GT-final_test.csv
//     is the table, in that folder or in one of the two above it;
//   - the training archive of 26,640 images, which torchvision has: the same, but
//     for Training instead of Final_Training/Images;
//   - Kaggle's: Train/0 to Train/42 and Test with PNG images, of which Train.csv
//     and Test.csv are the tables.
//
// The training archives are not the same selection of images, and never mixed.
// The images of the training split take turns by class (see mix), the test's
// are in the order of their table.
func gtsrb(regions bool) Source {
	s := Source{
		Name:    "gtsrb",
		Title:   "the German Traffic Sign Recognition Benchmark",
		Paper:   "Stallkamp, Schlipsing, Salmen, Igel, Man vs. Computer, Neural Networks 32, 2012",
		Classes: gtsrbClasses,
		H:       gtsrbSide, W: gtsrbSide, C: 3,
		Images: [2]int{Train: 39209, Test: 12630},
		// backdoor-toolbox's. BackdoorBench does not normalise these images.
		Mean: []float32{0.3337, 0.3064, 0.3171}, Deviation: []float32{0.2672, 0.2564, 0.2629},
		Folder: "GTSRB",
		// For the first, MD5 is all that is published. The archive of 26,640 training images is another,
		// GTSRB-Training_fixed.zip.
		Official: []fetch.File{
			{URL: gtsrbHome + "GTSRB_Final_Training_Images.zip", Size: 276294756, Sum: "md5:f33fd80ac59bff73c82d25ab499e03a3"},
			{URL: gtsrbHome + "GTSRB_Final_Test_Images.zip", Size: 88978620, Sum: "sha256:48ba6fab7e877eb64eaf8de99035b0aaecfbc279bee23e35deca4ac1d0a837fa"},
			{URL: gtsrbHome + "GTSRB_Final_Test_GT.zip", Size: 99620, Sum: "sha256:f94e5a7614d75845c74c04ddb26b8796b9e483f43541dd95dd5b726504e16d6d"},
		},
		loose: "GT-final_test.csv",
		names: []string{"Final_Training/", "Final_Test/", "Training/", "Train.csv", "Test.csv"},
		find:  func(where string, split Split) listing { return listGTSRB(where, split, regions) },
	}
	if regions {
		s.Name = "gtsrb-regions"
		s.Title += ", cut to the signs"
	}
	return s
}

// listGTSRB tells the layouts apart and lists a split.
func listGTSRB(where string, split Split, regions bool) listing {
	var found []string
	for _, name := range []string{"Final_Training", "Training", "Train"} {
		if there(where, name) {
			found = append(found, name)
		}
	}
	kaggle := slices.Contains(found, "Train") || len(found) == 0 && there(where, "Test")
	if kaggle && there(where, "Final_Test") {
		found = append(found, "Final_Test")
	}
	t := gtsrbTables{where: where, regions: regions}
	if len(found) > 1 {
		t.fail("%s: %s are of layouts that must not be mixed, want one of them", where, strings.Join(found, " and "))
		return t.done()
	}
	t.layout = "official"
	switch {
	case kaggle:
		t.layout = "Kaggle's"
		t.kaggle(split)
	case split == Test:
		t.test()
	case slices.Contains(found, "Training"):
		t.layout = "training archive of 26,640"
		t.train("Training")
	default:
		t.train(filepath.Join("Final_Training", "Images"))
	}
	t.finish()
	if split == Train {
		slices.SortStableFunc(t.pictures, func(a, b picture) int { return a.label - b.label })
		t.mix(split)
	}
	return t.done()
}

// gtsrbTables gathers what tables and folders say about a split.
type gtsrbTables struct {
	pictureListing
	where   string
	regions bool // whether the images are cut
	unread  bool // whether a table could not be read to its end
}

// train reads the folders of the classes, each with its table.
func (t *gtsrbTables) train(images string) {
	for class := range gtsrbClasses {
		name := fmt.Sprintf("%05d", class)
		folder := filepath.Join(t.where, images, name)
		if _, ok := t.folder(folder); ok {
			t.table(filepath.Join(folder, "GT-"+name+".csv"), ';', "Filename", folder, class)
		}
	}
}

// test reads the official test images.
func (t *gtsrbTables) test() {
	const name = "GT-final_test.csv"
	upper := filepath.Join(t.where, "Final_Test")
	folder := filepath.Join(upper, "Images")
	if _, ok := t.folder(folder); !ok {
		return
	}
	at := folder
	for _, dir := range []string{t.where, upper} {
		if there(dir, name) {
			at = dir
		}
	}
	t.table(filepath.Join(at, name), ';', "Filename", folder, gtsrbAnyClass)
}

// kaggle reads the folders and tables of Kaggle's layout.
func (t *gtsrbTables) kaggle(split Split) {
	if split == Test {
		if _, ok := t.folder(filepath.Join(t.where, "Test")); ok {
			t.table(filepath.Join(t.where, "Test.csv"), ',', "Path", t.where, gtsrbAnyClass)
		}
		return
	}
	for class := range gtsrbClasses {
		if _, ok := t.folder(filepath.Join(t.where, "Train", strconv.Itoa(class))); !ok {
			return
		}
	}
	t.table(filepath.Join(t.where, "Train.csv"), ',', "Path", t.where, gtsrbClassOfFolder)
}

// The most bytes of a table, and of a line.
const (
	mostGTSRBTable = 1 << 22
	mostGTSRBLine  = 1 << 12
)

// The class of a table's images, where it is not the same for all.
const (
	gtsrbAnyClass      = -1
	gtsrbClassOfFolder = -2 // the number that its folder is called
)

// table reads a table of images, whose paths from the folder stand in the given
// column and whose class is the given one.
func (t *gtsrbTables) table(file string, comma rune, column, folder string, class int) {
	if err := t.rows(file, comma, column, folder, class); err != nil {
		t.unread = true
		t.fail("%w", err)
	}
}

// rows is table, of which it returns what ends it before its time.
func (t *gtsrbTables) rows(file string, comma rune, column, folder string, class int) error {
	text, err := regular.ReadText(file, mostGTSRBTable)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if len(line) > mostGTSRBLine { // of so many fields, each would take many times its length
			return fmt.Errorf("%s: a line of %d bytes, want at most %d", file, len(line), mostGTSRBLine)
		}
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comma, rows.ReuseRecord = comma, true
	head, err := rows.Read()
	if err != nil {
		return fmt.Errorf("%s: line 1: %w", file, err)
	}
	head = slices.Clone(head)
	columns := [...]string{"Width", "Height", "Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2", "ClassId", column}
	var at [len(columns)]int
	for i, name := range columns {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			return fmt.Errorf("%s: line 1: no column %s", file, name)
		}
	}
	for len(t.wrong) <= mostWrong {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil { // it says the line
			return fmt.Errorf("%s: %w", file, err)
		}
		line, _ := rows.FieldPos(0)
		var values [7]int
		for i := 0; i < len(values) && err == nil; i++ {
			if values[i], err = strconv.Atoi(row[at[i]]); err != nil {
				err = fmt.Errorf("%s: %q, want a number", columns[i], row[at[i]])
			}
		}
		if err == nil {
			err = t.picture(folder, row[at[7]], values, class)
		}
		if err != nil {
			t.fail("%s: line %d: %w", file, line, err)
		}
	}
	return nil
}

// picture takes the image of a table's line, in whose path backslashes are as good as
// slashes.
func (t *gtsrbTables) picture(folder, name string, v [7]int, class int) error {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	p := picture{path: filepath.Join(folder, local), label: v[6]}
	if _, found := t.known[p.path]; !found || !filepath.IsLocal(local) {
		return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	if class == gtsrbClassOfFolder {
		class, _ = strconv.Atoi(filepath.Base(filepath.Dir(p.path))) // every folder that is known is called so
	}
	if class >= 0 && p.label != class {
		return fmt.Errorf("ClassId: %d, want %d", p.label, class)
	}
	if p.label < 0 || p.label >= len(gtsrbClasses) {
		return fmt.Errorf("ClassId: %d, want 0 to %d", p.label, len(gtsrbClasses)-1)
	}
	size, region := image.Pt(v[0], v[1]), image.Rect(v[2], v[3], v[4], v[5])
	if min(size.X, size.Y) < 1 || max(size.X, size.Y) > mostPictureSide {
		return fmt.Errorf("columns Width and Height: %d×%d, want 1 to %d", size.X, size.Y, mostPictureSide)
	}
	if v[2] >= v[4] || v[3] >= v[5] || !region.In(image.Rectangle{Max: size}) {
		return fmt.Errorf("region Roi: columns %d to %d, rows %d to %d, want a part of %d×%d", v[2], v[4], v[3], v[5], size.X, size.Y)
	}
	if t.regions {
		p.size, p.region = size, region
	}
	if err := t.take(p); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// finish finds the images that no table has, and the classes without one.
func (t *gtsrbTables) finish() {
	if !t.unread {
		t.surplus()
	}
	if len(t.wrong) > 0 {
		return // it may be why a class is empty
	}
	var counts [43]int
	for _, p := range t.pictures {
		counts[p.label]++
	}
	for class, n := range counts {
		if n == 0 {
			t.fail("%s: no image of class %d, %s", t.where, class, gtsrbClasses[class])
		}
	}
}
