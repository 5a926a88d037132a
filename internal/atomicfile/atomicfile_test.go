package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	for _, text := range []string{"", "first", strings.Repeat("long", 1<<16), "x"} {
		if err := WriteBytes(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != text {
			t.Fatalf("read %d bytes, want %d", len(got), len(text))
		}
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("folder holds %v, want the file alone", got)
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	dir := t.TempDir()
	usual, written := filepath.Join(dir, "usual"), filepath.Join(dir, "written")
	if f, err := os.Create(usual); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	for _, want := range []os.FileMode{mode(usual), 0o600, 0o640, 0o755} {
		if want != mode(usual) {
			if err := os.Chmod(written, want); err != nil {
				t.Fatal(err)
			}
			want = mode(written) // not every system has all of them
		}
		if err := WriteBytes(written, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if got := mode(written); got != want {
			t.Errorf("mode %v, want %v", got, want)
		}
	}
}

// A link in a folder that came from elsewhere leads nowhere.
func TestWriteReplacesLinks(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", link); err != nil {
		t.Skip(err)
	}
	if err := WriteBytes(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(real); err != nil || string(got) != "old" {
		t.Errorf("the file behind the link holds %q, error %v, want what it held", got, err)
	}
	info, err := os.Lstat(link)
	if got, failed := os.ReadFile(link); err != nil || failed != nil || !info.Mode().IsRegular() || string(got) != "new" {
		t.Errorf("%q, %v, errors %v, %v: want a file", got, info.Mode(), err, failed)
	}
}

func TestFailureLeavesTheOldFileAlone(t *testing.T) {
	full := errors.New("no space left")
	path := filepath.Join(t.TempDir(), "result.json")
	if err := WriteBytes(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	err := Write(path, func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Fatalf("error %v, want %v", err, full)
	}
	if !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("error %q does not name the file", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("file holds %q, want the old contents", got)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("folder holds %v, want the file alone", got)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		want       error
	}{
		{"no folder", filepath.Join(dir, "absent", "f"), fs.ErrNotExist},
		{"a folder in the way", filepath.Join(dir, "taken"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := WriteBytes(c.path, []byte("x"))
			if err == nil {
				t.Fatal("no error")
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if text := err.Error(); !strings.HasPrefix(text, c.path+": ") || strings.Contains(text, "/.") {
				t.Errorf("error %q, want one that names %s and no other file", text, c.path)
			}
		})
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("folder holds %v, want only what stood there", got)
	}
}

func TestUndoRemovesWhatWasMade(t *testing.T) {
	dir := t.TempDir()
	undo, err := MkdirAll(filepath.Join(dir, "a", "b", "c"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a", "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	undo()
	if left, err := os.ReadDir(filepath.Join(dir, "a")); err != nil || len(left) != 1 || left[0].Name() != "file" {
		t.Errorf("left are %v, error %v, want the file alone", left, err)
	}
}

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, c := range []struct {
		path string
		ok   bool
	}{{"a/b/c/", true}, {"a/b/c", true}, {"a/d", true}, {".", true}, {"file", false}, {"file/below", false}} {
		for _, path := range []string{c.path, filepath.Join(dir, c.path)} {
			_, err := MkdirAll(path)
			if info, failed := os.Stat(path); (err == nil) != c.ok || c.ok && (failed != nil || !info.IsDir()) {
				t.Errorf("%s: error %v, want success %v", path, err, c.ok)
			}
		}
	}
}
