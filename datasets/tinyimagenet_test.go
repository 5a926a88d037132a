package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tinyClasses are those of the set that the tests write, of which each has two
// training images and one of validation. They are not in order.
var tinyClasses = []string{"n00000003", "n00000001", "n00000002"}

func smallTiny() Source { return tinyImageNet(len(tinyClasses), 2, 1) }

// writeTiny writes the set as in the archive, with tables as editors of Windows leave
// them, or rearranged. The shade of a
// training image is 20 times its class and its number, of the others 100 more.
func writeTiny(t *testing.T, dir string, rearranged bool) {
	t.Helper()
	table := "\ufeff"
	if rearranged {
		table = ""
	}
	write(t, []byte(table+strings.Join(tinyClasses, "\r\n")+"\n"), dir, "wnids.txt")
	for label, class := range []string{"n00000001", "n00000002", "n00000003"} {
		between := "images"
		if rearranged {
			between = ""
		}
		for i := range 2 {
			write(t, jpegImage(t, byte(20*label+i)), dir, "train", class, between, fmt.Sprintf("%s_%d.JPEG", class, i))
		}
		write(t, nil, dir, "train", class, class+"_boxes.txt")
		name, data := fmt.Sprintf("val_%d.JPEG", 2-label), jpegImage(t, byte(100+20*label))
		if rearranged {
			write(t, data, dir, "val", class, name)
			continue
		}
		write(t, data, dir, "val", "images", name)
		table += name + "\t" + class + "\t0\t1\t2\t3\n"
	}
	if !rearranged {
		write(t, []byte(table), dir, "val", "val_annotations.txt")
	}
}

func TestLoadTinyImageNet(t *testing.T) {
	wantSource(t, "tiny-imagenet", 0, 3, [2]int{100000, 10000}, true)
	digest := ""
	for _, rearranged := range []bool{false, true} {
		dir := t.TempDir()
		writeTiny(t, filepath.Join(dir, "tiny-imagenet-200"), rearranged)
		train, test, err := smallTiny().Both(t.Context(), dir, Part{}, Part{})
		if err != nil {
			t.Fatal(err)
		}
		layout := "as in the archive"
		if rearranged {
			layout = "rearranged"
		}
		if known, err := smallTiny().Look(dir); err != nil || known.Layout != layout {
			t.Errorf("layout %q, error %v, want %q", known.Layout, err, layout)
		}
		if train.H != 64 || train.W != 64 || train.C != 3 || !slices.IsSorted(train.Classes) || !slices.Equal(train.Labels, []int{0, 1, 2, 0, 1, 2}) || !slices.Equal(test.Labels, []int{2, 1, 0}) {
			t.Errorf("%d×%d×%d, labels %v and %v", train.H, train.W, train.C, train.Labels, test.Labels)
		}
		for i, label := range train.Labels {
			if v := int(train.Image(i)[77]); v/20 != label || v%20 > 2 {
				t.Errorf("image %d is of shade %d", i, v)
			}
		}
		if v := test.Image(0)[77]; v != 140 {
			t.Errorf("test image 0 is of shade %d", v)
		}
		if d := Digest(train, test); digest != "" && d != digest {
			t.Error("the layouts differ in what they hold")
		} else {
			digest = d
		}
	}
}

func TestLoadTinyImageNetErrors(t *testing.T) {
	archive, sorted := t.TempDir(), t.TempDir()
	writeTiny(t, archive, false)
	writeTiny(t, sorted, true)
	for _, c := range []struct {
		name, dir, file, data string
		split                 Split
		want                  string
	}{
		{"classes", archive, "wnids.txt", "n00000001\nn00000001\nn00000002\n", Train, "wnids.txt: 3 classes, 2 of them different, want 3"},
		{"no synset", archive, "wnids.txt", "n00000001\ncat\n", Train, `wnids.txt: line 2: "cat", want a synset`},
		{"other class", archive, "wnids.txt", "n00000001\nn00000002\nn00000004\n", Train, "n00000004: file does not exist; want Tiny-ImageNet in"},
		{"surplus", archive, "train/n00000001/images/n00000002_0.JPEG", "", Train, "n00000002_0.JPEG: surplus"},
		{"damaged", archive, "train/n00000001/images/n00000001_1.JPEG", "\xff\xd8", Train, "n00000001_1.JPEG: JPEG head: "},
		{"label", archive, "val/val_annotations.txt", "val_0.JPEG\tn00000009\t0", Test, `line 1: class "n00000009", want one of wnids.txt`},
		{"fields", archive, "val/val_annotations.txt", "val_0.JPEG n00000001", Test, `line 1: "val_0.JPEG n00000001", want a file`},
		{"twice", archive, "val/val_annotations.txt", "val_0.JPEG\tn00000001\nval_0.JPEG\tn00000001", Test, `line 2: "val_0.JPEG" is named twice`},
		{"shares", archive, "val/val_annotations.txt", "val_0.JPEG\tn00000001\nval_1.JPEG\tn00000001\nval_2.JPEG\tn00000001", Test, "val: 3 images of class n00000001, want 1"},
		{"no line", archive, "val/val_annotations.txt", "val_0.JPEG\tn00000001\nval_1.JPEG\tn00000002", Test, "val_2.JPEG: surplus"},
		{"two layouts", archive, "val/n00000001/val_0.JPEG", "", Test, "images: images beside folders of classes: two layouts"},
		{"surplus, sorted", sorted, "val/n00000001/val_0.jpeg", "", Test, "n00000001/val_0.jpeg: surplus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoil(t, filepath.Join(c.dir, c.file), []byte(c.data))
			if set, err := smallTiny().Load(t.Context(), c.dir, c.split, Part{}); set != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("set %v, error %v, want %q", set != nil, err, c.want)
			}
		})
	}
	for _, name := range []string{"train/n00000002/n00000002_1.JPEG", "val/n00000001/val_2.JPEG"} {
		if err := os.Remove(filepath.Join(sorted, name)); err != nil {
			t.Fatal(err)
		}
	}
	for split, want := range []string{"n00000002_1.JPEG: file does not exist", "val_2.JPEG: file does not exist"} {
		if _, err := smallTiny().Load(t.Context(), sorted, Split(split), Part{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	wantError(t, "tiny-imagenet", archive, Train, "wnids.txt: 3 classes, 3 of them different, want 200")
}
