package datasets

import (
	"context"
	"fmt"
	"path/filepath"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/fetch"
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
			if _, err := s.Look(dir); err != nil {
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
		if folder, err = s.Unpack(ctx, archives, dir); err != nil && ctx.Err() == nil {
			err = fault.Input(err)
		}
	}
	return folder, err
}
