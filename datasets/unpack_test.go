package datasets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entry is a file of an archive: zeros but for a label.
type entry struct {
	name  string
	size  int64
	label byte // of the first record
	kind  byte
}

// whole is what the official archive holds.
func whole() []entry {
	entries := []entry{{name: cifarFolder + "/", kind: tar.TypeDir}}
	for _, name := range slices.Concat(cifar10.files[:]...) {
		entries = append(entries, entry{name: cifarFolder + "/" + name, size: cifarFileSize})
	}
	return append(entries, entry{name: cifarFolder + "/batches.meta.txt", size: 61}, entry{name: cifarFolder + "/readme.html", size: 88})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func archiveOf(t *testing.T, entries []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	packed, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(packed)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: e.size, Mode: 0o600, Typeflag: e.kind}
		if e.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if e.kind == tar.TypeSymlink {
			h.Linkname = "/etc/passwd"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.size > 0 {
			contents := io.MultiReader(bytes.NewReader([]byte{e.label}), io.LimitReader(zeros{}, e.size-1))
			if _, err := io.Copy(w, contents); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func unpack(t *testing.T, archive []byte) (dir, folder string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cifar.tar.gz")
	if err := os.WriteFile(path, archive, 0o644); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "deep", "down")
	folder, err = source(t, "cifar10").Unpack(t.Context(), []string{path}, dir)
	if err != nil && !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("error %q does not name the archive", err)
	}
	return dir, folder, err
}

func TestUnpack(t *testing.T) {
	archive := archiveOf(t, whole())
	dir, folder, err := unpack(t, archive)
	if err != nil || folder != filepath.Join(dir, cifarFolder) {
		t.Fatalf("unpacked to %s, error %v", folder, err)
	}
	set, err := source(t, "cifar10").Load(t.Context(), dir, Train, Part{Images: 50000})
	if err != nil || set.Len() != 50000 {
		t.Fatalf("unpacked set: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v beside the folder, error %v", left, err)
	}
	path := filepath.Join(t.TempDir(), "again.tar.gz")
	if err := os.WriteFile(path, archive, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := source(t, "cifar10").Unpack(t.Context(), []string{path}, dir); !errors.Is(err, fs.ErrExist) || !strings.HasPrefix(err.Error(), folder) {
		t.Errorf("over a folder that is there: error %v, want one that names it", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := source(t, "cifar10").Unpack(ctx, []string{path}, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: error %v, want %v", err, context.Canceled)
	}
}

func TestUnpackRefusesForeignArchives(t *testing.T) {
	good := archiveOf(t, whole())
	small := func(e entry) []byte { return archiveOf(t, []entry{e}) }
	twice := append(whole()[:2], whole()[1])
	mislabelled := whole()
	mislabelled[6].label = 10
	corrupt := slices.Clone(good)
	corrupt[len(corrupt)-6] ^= 1 // of the checksum
	followed := func(n int64) []byte {
		out := bytes.NewBuffer(archiveOf(t, nil))
		packed := gzip.NewWriter(out)
		if _, err := io.Copy(packed, io.LimitReader(zeros{}, n)); err != nil {
			t.Fatal(err)
		}
		if err := packed.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for _, c := range []struct {
		name    string
		archive []byte
		want    string
	}{
		{"empty", nil, "neither a zip nor a gzip archive"},
		{"not packed", []byte("hello, world"), "neither a zip nor a gzip archive"},
		{"cut short", good[:len(good)/2], "unexpected EOF"},
		{"checksum", corrupt, "checksum"},
		{"no entry", archiveOf(t, nil), "data_batch_1.bin: file does not exist"},
		{"padding", followed(mostTailBytes - 1), "data_batch_1.bin: file does not exist"},
		{"too much padding", followed(mostTailBytes), "1048576 bytes or more follow the last entry"},
		{"one missing", archiveOf(t, whole()[:6]), "test_batch.bin: file does not exist"},
		{"up and away", small(entry{name: "../data_batch_1.bin", size: cifarFileSize}), `entry "../data_batch_1.bin"`},
		{"through the folder", small(entry{name: cifarFolder + "/../x", size: 1}), "want the regular files"},
		{"absolute", small(entry{name: "/" + cifarFolder + "/data_batch_1.bin", size: 1}), "want the regular files"},
		{"link", small(entry{name: cifarFolder + "/data_batch_1.bin", kind: tar.TypeSymlink}), "want the regular files"},
		{"too short", small(entry{name: cifarFolder + "/data_batch_1.bin", size: 100}), "size 100 bytes, want 30730000"},
		{"too long", small(entry{name: cifarFolder + "/data_batch_1.bin", size: cifarFileSize + 1}), "size 30730001 bytes, want 30730000"},
		{"twice", archiveOf(t, twice), "not only once"},
		{"large notes", small(entry{name: cifarFolder + "/readme.html", size: mostEntryBytes + 1}), "readme.html\": of 67108865 bytes: no part of the data set"},
		{"another file", small(entry{name: cifarFolder + "/data_batch_6.bin", size: 7}), "of 7 bytes: no part of the data set"},
		{"another folder", small(entry{name: cifarFolder + "/a//b", size: 7}), "want the regular files"},
		{"a line", small(entry{name: cifarFolder + "/a\nb", size: 7}), "want the regular files"},
		{"label", archiveOf(t, mislabelled), "test_batch.bin: record 0: label 10, want 0 to 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _, err := unpack(t, c.archive)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if there(filepath.Dir(dir)) {
				t.Error("folders that were made are left")
			}
		})
	}
}

// The files of an archive are bounded together too.
func TestUnpackBoundsTheSum(t *testing.T) {
	for _, c := range []struct {
		entries int   // before
		bytes   int64 // in them
		want    string
	}{
		{0, mostBytes - 2, "more than 2147483648 bytes with the files before it"},
		{mostEntries - 1, 0, "more than 262144 files"},
	} {
		u := unpacking{ctx: t.Context(), source: source(t, "cifar10"), dir: t.TempDir(), entries: c.entries, bytes: c.bytes}
		for i, contents := range []string{"12", "3"} {
			err := u.file(fmt.Sprintf("%s/%d.html", cifarFolder, i), 0o644, int64(len(contents)), strings.NewReader(contents))
			if (err != nil) != (i == 1) || err != nil && err.Error() != c.want {
				t.Errorf("%d files of %d bytes, then %d more: error %v, want %q", c.entries, c.bytes, i+1, err, c.want)
			}
		}
	}
}
