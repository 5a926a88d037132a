package regular

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, want := range []string{"", "\ufeff", "\ufefftext", "contents"} {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path, 8); err != nil || string(got) != want {
			t.Errorf("found %q, error %v, want %q", got, err, want)
		}
		want = strings.TrimPrefix(want, "\ufeff")
		if got, err := ReadText(path, 8); err != nil || string(got) != want {
			t.Errorf("found the text %q, error %v, want %q", got, err, want)
		}
	}
	if _, err := Read(path, 7); err == nil || err.Error() != path+": found 8 bytes, want at most 7" {
		t.Errorf("a file that is too long: error %v", err)
	}
}

func TestOpenAndEdit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, _, err := Open(path); !errors.Is(err, fs.ErrNotExist) || err.Error() != path+": file does not exist" {
		t.Errorf("no file: error %v", err)
	}
	f, err := Edit(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("four"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f, size, err := Open(path)
	if err != nil || size != 4 {
		t.Fatalf("size %d, error %v, want 4", size, err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "four" {
		t.Errorf("found %q, error %v", got, err)
	}
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(path); os.Getuid() > 0 && (!errors.Is(err, fs.ErrPermission) || !strings.HasPrefix(err.Error(), path+": ")) {
		t.Errorf("a file that may not be read: error %v", err)
	}
}

// refuses checks that every way to open refuses what is at path.
func refuses(t *testing.T, path, kind string) {
	t.Helper()
	want := path + ": found " + kind + ", want a regular file"
	_, _, opened := Open(path)
	_, edited := Edit(path)
	_, read := Read(path, 1<<20)
	_, text := ReadText(path, 1<<20)
	for _, err := range []error{opened, edited, read, text} {
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestAFolderIsRefused(t *testing.T) { refuses(t, t.TempDir(), "a folder") }

// TestUnnamed: what is written can be read, and no name stays.
func TestUnnamed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // Windows
	f, err := Unnamed("x-")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("abc"), 5); err != nil {
		t.Error(err)
	}
	got := make([]byte, 3)
	if _, err := f.ReadAt(got, 5); err != nil || string(got) != "abc" {
		t.Errorf("read %q, error %v", got, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, error %v", left, err)
	}
}

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	file, absent := filepath.Join(dir, "file"), filepath.Join(dir, "absent")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if found, err := ReadDir(dir); err != nil || len(found) != 1 || found[0].Name() != "file" {
		t.Errorf("found %v, error %v", found, err)
	}
	if _, err := ReadDir(absent); !errors.Is(err, fs.ErrNotExist) || err.Error() != absent+": file does not exist" {
		t.Errorf("a folder that is not there: error %v", err)
	}
	if _, err := ReadDir(file); err == nil || errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), file) != 1 {
		t.Errorf("a file: error %v, want one that names it once", err)
	}
}
