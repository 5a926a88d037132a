package datasets

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/regular"
)

// maxNotes bounds what is read of the files that come with the images and are
// not needed, and of what follows the archive's last entry.
const maxNotes = 1 << 20

// Unpack unpacks the set's official archive into its folder under dir and
// returns that folder; an empty dir is DataDir's default. The folder appears
// whole and checked, as Load reads it, or not at all; one that is there already
// is left alone and is an error. No entry of the archive is written under a name
// or at a length of its own choice. An error names the archive and the entry. If
// ctx ends, the error is context.Canceled.
func (s Source) Unpack(ctx context.Context, archive, dir string) (folder string, err error) {
	if s.unpack == nil {
		return "", fmt.Errorf("%s: there is nothing to unpack for %s", archive, s.Name)
	}
	if dir, err = DataDir(dir); err != nil {
		return "", err
	}
	folder = filepath.Join(dir, s.Folder)
	if _, err := os.Lstat(folder); err == nil {
		return "", fmt.Errorf("%s: %w; nothing is overwritten", folder, fs.ErrExist)
	}
	file, _, err := regular.Open(archive)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	beside, err := os.MkdirTemp(dir, "."+s.Folder+".*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(beside)
	if err := s.unpack(ctx, file, beside); err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	if _, _, err := s.Both(beside, Part{}, Part{}); err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	// MkdirTemp makes folders that only their owner can read.
	if err := os.Chmod(beside, 0o755); err != nil {
		return "", err
	}
	return folder, os.Rename(beside, folder)
}

// untilDone is a reader that fails once its context ends.
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

// unpackTar writes to dir the files of a folder in a tar archive packed with
// gzip: those named by sizes, each of its size in bytes, which must all be there
// once. Small files with other names than x.bin are passed over.
func unpackTar(r io.Reader, dir, folder string, sizes map[string]int64) error {
	plain, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("not a gzip archive: %w", err)
	}
	missing := slices.Sorted(maps.Keys(sizes))
	entries := tar.NewReader(plain)
	for {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not a tar archive, or damaged: %w", err)
		}
		if h.Typeflag == tar.TypeDir && strings.TrimSuffix(h.Name, "/") == folder {
			continue
		}
		parent, name := path.Split(h.Name)
		if h.Typeflag != tar.TypeReg || parent != folder+"/" {
			return fmt.Errorf("entry %q: want the regular files of a folder %s", h.Name, folder)
		}
		i := slices.Index(missing, name)
		if i < 0 {
			if strings.HasSuffix(name, ".bin") || h.Size > maxNotes {
				return fmt.Errorf("entry %q of %d bytes: not, or not only once, part of the data set", h.Name, h.Size)
			}
			continue
		}
		missing = slices.Delete(missing, i, i+1)
		if want := sizes[name]; h.Size != want {
			return fmt.Errorf("entry %q: size %d bytes, want %d", h.Name, h.Size, want)
		}
		if err := writeEntry(filepath.Join(dir, name), entries); err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, err)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s is missing", missing[0])
	}
	// The checksum stands at the end of the gzip stream, behind tar's padding.
	if n, err := io.CopyN(io.Discard, plain, maxNotes); !errors.Is(err, io.EOF) {
		if err != nil {
			return fmt.Errorf("damaged: %w", err)
		}
		return fmt.Errorf("%d bytes or more follow the last entry", n)
	}
	return nil
}

// writeEntry writes what is left of an archive's entry to a new file.
func writeEntry(path string, entry io.Reader) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, entry)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
