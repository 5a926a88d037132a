package datasets

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/fetch"
	"sdrm/internal/lockfile"
)

// Download brings the official files of the set into the folder of the data sets,
// unpacks archives there, which stay, and returns the set's folder; an empty dir is
// DataDir's default, and an empty mirror the place where the makers publish, else
// the URL of a folder with files of the same names. Files that are there and have
// the right checksum are taken; a folder that Unpack would make is left alone, and an
// error if it does not hold the set.
// Progress is told how many bytes of a file are there; it may be nil.
//
// The error of a set that has no such files, of wrong bytes and of what cannot be
// unpacked is a *fault.InputError, that of the network is none. If ctx ends, the
// error is context.Canceled; the next Download goes on where this one was.
func (s Source) Download(ctx context.Context, dir, mirror string, progress func(f fetch.File, done int64)) (folder string, err error) {
	if len(s.Official) == 0 {
		return "", fault.Inputf("%s: there is nothing to download: it is %s", s.Name, s.Title)
	}
	if dir, err = DataDir(dir); err != nil {
		return "", fault.Input(err)
	}
	folder = filepath.Join(dir, s.Folder)
	packed := len(s.archives()) > 0
	to := folder
	if packed {
		if there(folder) {
			if err := s.listed(dir); err != nil {
				return "", fault.Input(err)
			}
			return folder, nil
		}
		to = dir
	}
	undo, err := atomicfile.MkdirAll(to)
	if err != nil {
		undo()
		return "", err
	}
	var archives []string
	for _, f := range s.Official {
		path := filepath.Join(to, f.Name())
		archives = append(archives, path)
		if mirror != "" {
			f = f.From(mirror)
		}
		var watch func(done int64)
		if progress != nil {
			watch = func(done int64) { progress(f, done) }
		}
		if err := f.Get(ctx, path, watch); err != nil {
			undo()
			return "", fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	if packed {
		if folder, err = s.Unpack(ctx, archives, dir); err != nil && ctx.Err() == nil && !errors.Is(err, lockfile.ErrLocked) {
			err = fault.Input(err)
		}
	}
	return folder, err
}

// listed returns an error unless the set's files are there, as far as that can be told
// without reading them.
func (s Source) listed(dir string) error {
	known, err := s.Look(dir)
	if err != nil {
		return err
	}
	if known.Layout == pickled {
		return nil // the lengths are those of the binary files
	}
	where, _ := s.Locate(dir)
	for _, name := range slices.Sorted(maps.Keys(s.sizes)) {
		file, err := openWhole(filepath.Join(where, name), s.sizes[name], "of the set")
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		file.Close()
	}
	return nil
}
