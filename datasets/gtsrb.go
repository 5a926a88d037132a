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
)

// gtsrbSide is the height and width that the images are brought to, as most do
// who train on them; their own are 15 to 250 pixels.
const gtsrbSide = 32

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
// The images of the training split take turns by class (see mixed), the test's
// are in the order of their table.
func gtsrb(regions bool) Source {
	const folder = "GTSRB"
	s := Source{
		Name:    "gtsrb",
		Title:   "the German Traffic Sign Recognition Benchmark",
		Paper:   "Stallkamp, Schlipsing, Salmen, Igel, Man vs. Computer, Neural Networks 32, 2012",
		Classes: gtsrbClasses,
		H:       gtsrbSide, W: gtsrbSide, C: 3,
		Images: [2]int{Train: 39209, Test: 12630},
		Folder: folder,
		locate: inFolder(folder, "Final_Training", "Final_Test", "Training", "Train.csv", "Test.csv"),
		list: func(where string, split Split) listing {
			l := listGTSRB(where, split)
			for i := range l.pictures {
				if !regions {
					l.pictures[i].region = image.Rectangle{}
				}
			}
			return l
		},
	}
	if regions {
		s.Name = "gtsrb-regions"
		s.Title += ", cut to the signs"
	}
	return s
}

// listGTSRB tells the layouts apart and lists a split.
func listGTSRB(where string, split Split) listing {
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
	t := gtsrbTables{where: where, known: map[string]bool{}}
	if len(found) > 1 {
		t.fail("%s: %s are of layouts that must not be mixed, want one of them", where, strings.Join(found, " and "))
		return t.listing
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
		t.pictures = mixed(t.pictures, split)
	}
	return t.listing
}

// gtsrbTables gathers what tables and folders say about a split.
type gtsrbTables struct {
	listing
	where string
	known map[string]bool // paths of the images in the folders; whether a table has them

	unread bool // whether a table could not be read to its end
}

// train reads the folders of the classes, each with its table.
func (t *gtsrbTables) train(images string) {
	for class := range gtsrbClasses {
		name := fmt.Sprintf("%05d", class)
		folder := filepath.Join(t.where, images, name)
		if t.folder(folder) {
			t.table(filepath.Join(folder, "GT-"+name+".csv"), ';', "Filename", folder, class)
		}
	}
}

// test reads the official test images.
func (t *gtsrbTables) test() {
	const name = "GT-final_test.csv"
	upper := filepath.Join(t.where, "Final_Test")
	folder := filepath.Join(upper, "Images")
	if !t.folder(folder) {
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
		if t.folder(filepath.Join(t.where, "Test")) {
			t.table(filepath.Join(t.where, "Test.csv"), ',', "Path", t.where, gtsrbAnyClass)
		}
		return
	}
	for class := range gtsrbClasses {
		if !t.folder(filepath.Join(t.where, "Train", strconv.Itoa(class))) {
			return
		}
	}
	t.table(filepath.Join(t.where, "Train.csv"), ',', "Path", t.where, gtsrbClassOfFolder)
}

// folder notes the images of a folder.
func (t *gtsrbTables) folder(folder string) bool {
	names, err := pictureNames(folder)
	if err != nil {
		t.fail("%w", err)
		return false
	}
	for _, name := range names {
		t.known[filepath.Join(folder, name)] = false
	}
	return true
}

// mostGTSRBTable bounds the length of a table in bytes.
const mostGTSRBTable = 1 << 24

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
	var buffer bytes.Buffer
	text, err := readRegular(file, mostGTSRBTable, &buffer)
	if err != nil {
		return err
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comma, rows.ReuseRecord = comma, true
	head, err := rows.Read()
	if err != nil {
		return fmt.Errorf("%s: line 1: %w", file, err)
	}
	head = slices.Clone(head)
	numbers := []string{"Width", "Height", "Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2", "ClassId"}
	var at [7]int
	for i, name := range numbers {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			return fmt.Errorf("%s: line 1: no column %s", file, name)
		}
	}
	pathAt := slices.Index(head, column)
	if pathAt < 0 {
		return fmt.Errorf("%s: line 1: no column %s", file, column)
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil { // it says the line
			return fmt.Errorf("%s: %w", file, err)
		}
		line, _ := rows.FieldPos(0)
		var values [7]int
		for i := range at {
			if values[i], err = strconv.Atoi(row[at[i]]); err != nil {
				err = fmt.Errorf("%s: %q, want a number", numbers[i], row[at[i]])
				break
			}
		}
		if err == nil {
			err = t.picture(folder, row[pathAt], values, class)
		}
		if err != nil {
			t.fail("%s: line %d: %w", file, line, err)
		}
	}
}

// picture notes the image of a table's line.
func (t *gtsrbTables) picture(folder, name string, v [7]int, class int) error {
	p := picture{
		path: filepath.Join(folder, filepath.FromSlash(name)), label: v[6],
		size: image.Pt(v[0], v[1]), region: image.Rect(v[2], v[3], v[4], v[5]),
	}
	taken, found := t.known[p.path]
	if found {
		t.known[p.path] = true
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
	if min(p.size.X, p.size.Y) < 1 || max(p.size.X, p.size.Y) > mostPictureSide {
		return fmt.Errorf("Width and Height: %d×%d, want 1 to %d", p.size.X, p.size.Y, mostPictureSide)
	}
	if v[2] >= v[4] || v[3] >= v[5] || !p.region.In(image.Rectangle{Max: p.size}) {
		return fmt.Errorf("Roi: columns %d to %d, rows %d to %d, want a part of %d×%d", v[2], v[4], v[3], v[5], p.size.X, p.size.Y)
	}
	switch {
	case taken:
		return fmt.Errorf("%s: named twice", name)
	case !found || !filepath.IsLocal(filepath.FromSlash(name)):
		return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	t.pictures = append(t.pictures, p)
	return nil
}

// finish finds the images that no table has, and the classes without one.
func (t *gtsrbTables) finish() {
	var surplus []string
	for path, taken := range t.known {
		if !taken && !t.unread {
			surplus = append(surplus, path)
		}
	}
	slices.Sort(surplus)
	for _, path := range surplus {
		t.fail("%s: surplus: no table names it", path)
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
