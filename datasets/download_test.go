package datasets

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sdrm/internal/fault"
	"sdrm/internal/fetch"
)

// zipped is a zip archive of the files in a folder that end so, under a prefix.
func zipped(t *testing.T, folder, prefix, ending string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == "." || !d.IsDir() && !strings.HasSuffix(path, ending) {
			return err
		}
		if d.IsDir() {
			path += "/"
		}
		f, err := w.Create(prefix + path)
		if err == nil && !d.IsDir() {
			var data []byte
			if data, err = os.ReadFile(filepath.Join(folder, path)); err == nil {
				_, err = f.Write(data)
			}
		}
		return err
	})
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// publish serves files by their names, and returns a source of which they are the
// official ones and how often they were asked for.
func publish(t *testing.T, s Source, names []string, files map[string][]byte) (Source, *int) {
	t.Helper()
	asked := new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		data, found := files[strings.TrimPrefix(r.URL.Path, "/")]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	t.Cleanup(server.Close)
	s.Official = nil
	for _, name := range names {
		data := files[name]
		s.Official = append(s.Official, fetch.File{URL: server.URL + "/" + name, Size: int64(len(data)), Sum: fmt.Sprintf("sha256:%x", sha256.Sum256(data))})
	}
	return s, asked
}

func TestDownloadArchives(t *testing.T) {
	made := t.TempDir()
	writeGTSRB(t, made, gtsrbOfficial)
	if err := os.Rename(filepath.Join(made, "Final_Test/GT-final_test.csv"), filepath.Join(made, "table")); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile(filepath.Join(made, "table"))
	if err != nil {
		t.Fatal(err)
	}
	var gt bytes.Buffer
	w := zip.NewWriter(&gt)
	f, err := w.Create("GT-final_test.csv")
	if err == nil {
		_, err = f.Write(table)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	names := []string{"training.zip", "tests.zip", "table.zip"}
	files := map[string][]byte{
		"training.zip": zipped(t, filepath.Join(made, "Final_Training"), "GTSRB/Final_Training/", ""),
		"tests.zip":    zipped(t, filepath.Join(made, "Final_Test"), "GTSRB/Final_Test/", ""),
		"table.zip":    gt.Bytes(),
	}
	s, asked := publish(t, source(t, "gtsrb"), names, files)
	dir := filepath.Join(t.TempDir(), "new")
	write(t, files["tests.zip"], dir, "tests.zip") // it is there already
	told := map[string]int64{}
	folder, err := s.Download(t.Context(), dir, "", func(f fetch.File, done int64) { told[f.Name()] = done })
	if err != nil || folder != filepath.Join(dir, "GTSRB") || *asked != 2 {
		t.Fatalf("folder %s, %d requests, error %v", folder, *asked, err)
	}
	if len(told) != 2 || told["training.zip"] != int64(len(files["training.zip"])) {
		t.Errorf("progress %v", told)
	}
	train, test, wrong := s.Check(t.Context(), dir)
	if len(wrong) > 0 || train.Len() != 87 || test.Len() != 43 {
		t.Fatalf("wrong %q", wrong)
	}
	// Again: nothing to do.
	if again, err := s.Download(t.Context(), dir, "http://127.0.0.1:1", nil); err != nil || again != folder || *asked != 2 {
		t.Errorf("again: %s, %d requests, error %v", again, *asked, err)
	}
	// A flipped bit in a pixel, which no decoder sees, is found; and so is a lost file.
	path := filepath.Join(folder, "Final_Training/Images/00007/00001.ppm")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-5] ^= 1
	write(t, data, path)
	if err := os.Remove(filepath.Join(folder, "Final_Test/Images/00003.ppm")); err != nil {
		t.Fatal(err)
	}
	wantWrong(t, s, dir, "00003.ppm: file does not exist", "Images/00003.ppm: file does not exist", "00007/00001.ppm: wrong bytes: sha256 ")
}

func TestDownloadErrors(t *testing.T) {
	made := t.TempDir()
	writeTiny(t, made, false)
	archive := zipped(t, made, "tiny-imagenet-200/", "")
	outside := zipped(t, made, "tiny-imagenet-200/../", "wnids.txt")
	incomplete := zipped(t, made, "tiny-imagenet-200/", ".txt")
	for _, c := range []struct {
		name    string
		archive []byte // published
		sent    []byte
		mirror  string
		want    string
		input   bool
		left    string
	}{
		{"a flipped byte", archive, append(bytes.Clone(archive[:len(archive)-1]), archive[len(archive)-1]^1), "", "tiny.zip.part: wrong bytes: sha256", true, ""},
		{"not there", archive, nil, "", "tiny.zip: 404 Not Found", false, ""},
		{"no mirror", archive, archive, "/absent/", "/absent/tiny.zip: 404 Not Found", false, ""},
		{"outside", outside, outside, "", "want the regular files of a folder tiny-imagenet-200", true, "tiny.zip"},
		{"incomplete", incomplete, incomplete, "", "n00000001_0.JPEG: file does not exist", true, "tiny.zip"},
		{"no archive", []byte("hello"), []byte("hello"), "", "tiny.zip: neither a zip nor a gzip archive", true, "tiny.zip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{"tiny.zip": c.archive}
			s, _ := publish(t, smallTiny(), []string{"tiny.zip"}, files)
			if files["tiny.zip"] = c.sent; c.sent == nil {
				delete(files, "tiny.zip")
			}
			mirror := c.mirror
			if mirror != "" {
				mirror = strings.TrimSuffix(s.Official[0].URL, "/tiny.zip") + c.mirror
			}
			dir := t.TempDir()
			_, err := s.Download(t.Context(), dir, mirror, nil)
			var input *fault.InputError
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || errors.As(err, &input) != c.input {
				t.Errorf("error %v, of input %v, want %q, %v", err, errors.As(err, &input), c.want, c.input)
			}
			left := ""
			entries, err := os.ReadDir(dir)
			for _, e := range entries {
				left += e.Name()
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) || left != c.left {
				t.Errorf("left %q, error %v, want %q", left, err, c.left)
			}
		})
	}
	for _, name := range []string{"synthetic", "folder", "folder-64"} {
		if _, err := source(t, name).Download(t.Context(), t.TempDir(), "", nil); err == nil || !strings.HasPrefix(err.Error(), name+": there is nothing to download") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, _ := publish(t, smallTiny(), []string{"tiny.zip"}, map[string][]byte{"tiny.zip": archive})
	if _, err := s.Download(ctx, t.TempDir(), "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: error %v", err)
	}
}

// TestDownloadPlainFiles: files that are no archives come into the set's folder,
// and those that are there are taken. Then a flipped byte in one is found.
func TestDownloadPlainFiles(t *testing.T) {
	s := source(t, "mnist")
	var names []string
	files := map[string][]byte{}
	for split, pair := range idxFiles {
		n := idxImages[split]
		names = append(names, pair[0]+".gz", pair[1]+".gz")
		files[pair[0]+".gz"] = gzipped(t, idxFile([]int{n, 28, 28}))
		files[pair[1]+".gz"] = gzipped(t, idxFile([]int{n}, s.begin[split][:]...))
	}
	s, asked := publish(t, s, names, files)
	s = idx(s) // with the checksums of these
	dir := t.TempDir()
	write(t, files[names[1]], dir, "MNIST", names[1])
	mirror := strings.TrimSuffix(s.Official[0].URL, "/"+names[0])
	s.Official[0].URL = "http://127.0.0.1:1/" + names[0] // which is not asked
	folder, err := s.Download(t.Context(), dir, mirror, nil)
	if err != nil || folder != filepath.Join(dir, "MNIST") || *asked != 3 {
		t.Fatalf("%s, %d requests, error %v", folder, *asked, err)
	}
	if _, test, wrong := s.Check(t.Context(), dir); len(wrong) > 0 || test.Labels[1] != 2 {
		t.Fatalf("wrong %q", wrong)
	}
	if _, err := s.Download(t.Context(), dir, "", nil); err != nil || *asked != 3 {
		t.Errorf("again: %d requests, error %v", *asked, err)
	}
	// Another file of the same images: gzip's head has a name of the system in it.
	other := bytes.Clone(files[names[2]])
	other[9] ^= 1
	write(t, other, folder, names[2])
	wantWrong(t, s, dir, "t10k-images-idx3-ubyte.gz: wrong bytes: sha256 ")
	if _, err := s.Download(t.Context(), dir, "", nil); err == nil || !strings.Contains(err.Error(), "t10k-images-idx3-ubyte.gz: wrong bytes: ") || !strings.HasSuffix(err.Error(), "nothing is overwritten") {
		t.Errorf("error %v", err)
	}
}
