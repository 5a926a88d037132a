package datasets

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sdrm/internal/atomicfile"
	"sdrm/internal/lockfile"
	"sdrm/internal/regular"
	"sdrm/internal/ziplist"
)

// What an archive may hold at most: in a file that the set is not known to have
// in another length, in all files, behind a tar archive's last entry, and how many
// files.
const (
	mostEntryBytes = mostPictureBytes
	mostBytes      = int64(2 << 30) // the largest archives, GTSRB's, are 0.4 GB packed
	mostTailBytes  = 1 << 20
	mostEntries    = 1 << 18
	mostListBytes  = 20 << 20 // of a zip archive's list of them; that of Tiny-ImageNet has about 15 MB
)

// archives returns the names of the official archives; the others of Official are
// read as they are.
func (s Source) archives() (names []string) {
	for _, f := range s.Official {
		if strings.HasSuffix(f.URL, ".zip") || strings.HasSuffix(f.URL, ".tar.gz") {
			names = append(names, f.Name())
		}
	}
	return names
}

// Unpack unpacks the set's official archives, all of them, into its folder under
// dir and returns that folder; an empty dir is DataDir's default. The folder
// appears whole and checked, as Load reads it, with a list of the checksums of its
// files (sumsName), or not at all; one that is there already is left alone and is
// an error. No entry of an archive is written elsewhere, over another, or at a
// length of its own choice, nor all of them beyond a bound. An error names the archive and the entry. If ctx ends,
// the error is context.Canceled.
func (s Source) Unpack(ctx context.Context, archives []string, dir string) (folder string, err error) {
	switch names := s.archives(); {
	case len(names) == 0:
		return "", fmt.Errorf("%s: there is nothing to unpack for %s", archives[0], s.Name)
	case len(names) != len(archives):
		return "", fmt.Errorf("%s: %s lies in %d archives, %s: put them into the folder of the data sets and data download takes them",
			archives[0], s.Name, len(names), strings.Join(names, ", "))
	}
	if dir, err = DataDir(dir); err != nil {
		return "", err
	}
	folder = filepath.Join(dir, s.Folder)
	if there(folder) {
		return "", fmt.Errorf("%s: %w; nothing is overwritten", folder, fs.ErrExist)
	}
	undo, err := atomicfile.MkdirAll(dir)
	defer func() {
		if err != nil {
			undo()
		}
	}()
	if err != nil {
		return "", err
	}
	// One at a time: what is there of the folder in the making is a killed program's.
	beside := filepath.Join(dir, "."+s.Folder+".part")
	lock, err := lockfile.Acquire(beside + ".lock")
	if err != nil {
		return "", fmt.Errorf("%s: %w", beside, err)
	}
	defer lock.Release()
	if there(folder) {
		return "", fmt.Errorf("%s: %w; nothing is overwritten", folder, fs.ErrExist)
	}
	if err := os.RemoveAll(beside); err != nil {
		return "", err
	}
	if err := os.Mkdir(beside, 0o755); err != nil {
		return "", err
	}
	defer os.RemoveAll(beside)
	u := unpacking{ctx: ctx, source: s, dir: beside}
	if err := u.fill(archives, folder); err != nil {
		return "", err
	}
	if err := os.Rename(beside, folder); err != nil {
		return "", err
	}
	return folder, atomicfile.SyncDir(dir)
}

// An unpacking is a folder in the making.
type unpacking struct {
	ctx     context.Context
	source  Source
	dir     string
	entries int
	bytes   int64  // in them
	sums    []byte // what Check compares the files with
}

// fill unpacks the archives, checks what is there as of the folder that it will be,
// and lists and syncs it.
func (u *unpacking) fill(archives []string, folder string) error {
	for _, path := range archives {
		if err := u.archive(path); err != nil {
			return err
		}
	}
	if _, _, err := u.source.Both(u.ctx, u.dir, Part{}, Part{}); errors.Is(err, context.Canceled) {
		return context.Canceled
	} else if err != nil {
		return fmt.Errorf("%s: %s", strings.Join(archives, ", "), strings.ReplaceAll(err.Error(), u.dir, folder))
	}
	if err := atomicfile.WriteBytes(filepath.Join(u.dir, sumsName), u.sums); err != nil {
		return err
	}
	return atomicfile.SyncTree(u.dir)
}

// Read of an untilDone fails once its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Canceled
	}
	return u.r.Read(p)
}

// archive unpacks an archive, which is zip or tar packed with gzip by how it
// begins.
func (u *unpacking) archive(path string) error {
	file, size, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var magic [4]byte
	if _, short := file.ReadAt(magic[:], 0); short == nil && string(magic[:]) == "PK\x03\x04" {
		err = u.zip(file, size)
	} else {
		err = u.tar(file)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// zip unpacks a zip archive.
func (u *unpacking) zip(file io.ReaderAt, size int64) error {
	archive, err := ziplist.NewReader(file, size, mostListBytes)
	if err != nil {
		return fmt.Errorf("not a zip archive, or damaged: %w", err)
	}
	for _, entry := range archive.File {
		if entry.Mode().IsDir() {
			continue
		}
		contents, err := entry.Open()
		if err == nil {
			err = u.file(entry.Name, entry.Mode(), int64(min(entry.UncompressedSize64, 1<<62)), contents)
			contents.Close()
		}
		if err != nil {
			return fmt.Errorf("entry %q: %w", entry.Name, err)
		}
	}
	return nil
}

// tar unpacks a tar archive packed with gzip.
func (u *unpacking) tar(file io.Reader) error {
	plain, err := gzip.NewReader(untilDone{u.ctx, file})
	if err != nil {
		return fmt.Errorf("neither a zip nor a gzip archive: %w", err)
	}
	entries := tar.NewReader(plain)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not a tar archive, or damaged: %w", err)
		}
		if entry.Typeflag == tar.TypeDir {
			continue
		}
		if err := u.file(entry.Name, entry.FileInfo().Mode(), entry.Size, entries); err != nil {
			return fmt.Errorf("entry %q: %w", entry.Name, err)
		}
	}
	// The checksum stands at the end of the gzip stream, behind tar's padding.
	if n, err := io.CopyN(io.Discard, plain, mostTailBytes); !errors.Is(err, io.EOF) {
		if err != nil {
			return fmt.Errorf("damaged: %w", err)
		}
		return fmt.Errorf("%d bytes or more follow the last entry", n)
	}
	return nil
}

// file writes an archive's file of the given length, if it belongs to the set's
// folder.
func (u *unpacking) file(name string, mode fs.FileMode, size int64, contents io.Reader) error {
	inner, inside := strings.CutPrefix(name, u.source.Folder+"/")
	if u.source.loose == name {
		inner, inside = name, true
	}
	if !inside || !mode.IsRegular() || strings.ContainsAny(inner, "\\\r\n") || !filepath.IsLocal(inner) || filepath.ToSlash(filepath.Clean(inner)) != inner {
		return fmt.Errorf("want the regular files of a folder %s", u.source.Folder)
	}
	want, known := u.source.sizes[inner]
	u.entries++
	u.bytes += min(size, mostBytes+1)
	switch {
	case u.entries > mostEntries:
		return fmt.Errorf("more than %d files", mostEntries)
	case u.bytes > mostBytes:
		return fmt.Errorf("more than %d bytes with the files before it", mostBytes)
	case known && size != want:
		return fmt.Errorf("size %d bytes, want %d", size, want)
	case !known && (size > mostEntryBytes || u.source.foreign != nil && u.source.foreign(inner)):
		return fmt.Errorf("of %d bytes: no part of the data set", size)
	}
	path := filepath.Join(u.dir, filepath.FromSlash(inner))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	sum := sha256.New()
	if err := writeNew(path, io.TeeReader(untilDone{u.ctx, contents}, sum), size); err != nil {
		return err
	}
	u.sums = fmt.Appendf(u.sums, "%x  %s\n", sum.Sum(nil), inner)
	return nil
}

// writeNew writes so many bytes, which must be all that there are, to a new file.
func writeNew(path string, contents io.Reader, size int64) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return errors.New("not only once in the archive")
	}
	if err != nil {
		return err
	}
	n, err := io.Copy(file, io.LimitReader(contents, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes or more, want %d", n, size)
	}
	return errors.Join(err, file.Close())
}
