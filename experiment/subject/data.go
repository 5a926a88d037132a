package subject

import (
	"context"
	"errors"

	"sdrm/datasets"
	"sdrm/internal/fault"
	"sdrm/internal/fetch"
	"sdrm/internal/lockfile"
	"sdrm/internal/regular"
)

// DataSet says of a data set where it is looked for, and of one that is there how
// its files lie and how many images they hold.
type DataSet struct {
	Name    string `json:"name"`
	Present bool   `json:"present"`
	Where   string `json:"where"`
	Layout  string `json:"layout,omitempty"` // of sets that are found in several
	Train   int    `json:"train,omitempty"`
	Test    int    `json:"test,omitempty"`
	Wrong   string `json:"wrong,omitempty"` // a file that is missing or too many
}

// DataSets lists the data sets of a folder, of whose images it reads no more than the
// heads, where these tell the channels; an empty dir is the default.
func DataSets(dir string) ([]DataSet, error) {
	dir, err := datasets.DataDir(dir)
	if err != nil {
		return nil, fault.Input(err)
	}
	var out []DataSet
	for _, source := range datasets.All() {
		set := DataSet{Name: source.Name}
		if set.Where, set.Present = source.Locate(dir); set.Present {
			known, err := source.Look(dir)
			if err != nil {
				set.Wrong = err.Error()
			} else {
				set.Layout, set.Train, set.Test = known.Layout, known.Images[datasets.Train], known.Images[datasets.Test]
			}
		}
		out = append(out, set)
	}
	return out, nil
}

// UnpackData unpacks the official archive of the named data set under dir, of
// which an empty one is the default, and returns the folder that it made. An
// empty name is that of the set whose archive is called so. If ctx ends, the
// error is context.Canceled and nothing is left; if another program unpacks it, the
// error is lockfile.ErrLocked.
func UnpackData(ctx context.Context, name, archive, dir string) (folder string, err error) {
	file, _, err := regular.Open(archive) // before anything else is found wrong
	if err != nil {
		return "", fault.Input(err)
	}
	file.Close()
	source, err := datasets.OfArchive(archive)
	if name != "" {
		source, err = datasets.Find(name)
	}
	if err == nil {
		folder, err = source.Unpack(ctx, []string{archive}, dir)
	}
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, lockfile.ErrLocked) {
		return "", fault.Input(err)
	}
	return folder, err
}

// DownloadData fetches the official files of the named data set into dir, of which
// an empty one is the default, from the mirror if it is not empty, unpacks them and
// returns the set's folder. Progress is told how many bytes of a file are there. An
// error of the network is no *fault.InputError. If ctx ends, the error is
// context.Canceled.
func DownloadData(ctx context.Context, name, dir, mirror string, progress func(f fetch.File, done int64)) (folder string, err error) {
	source, err := datasets.Find(name)
	if err != nil {
		return "", fault.Input(err)
	}
	return source.Download(ctx, dir, mirror, progress)
}

// CheckedData says what a data set that was read completely holds.
type CheckedData struct {
	Name    string `json:"name"`
	Train   int    `json:"train"`
	Test    int    `json:"test"`
	Classes int    `json:"classes"`
	SHA256  string `json:"sha256"` // of names, sizes, labels and pixels

	// Names are those of the classes, by number, if only the files tell them.
	Names []string `json:"class_names,omitempty"`
}

// CheckData reads all of a data set. If something is wrong with it, so says the
// error, and wrong names every file that is missing, damaged or too many. If ctx ends,
// the error is context.Canceled.
func CheckData(ctx context.Context, name, dir string) (checked CheckedData, wrong []string, err error) {
	source, err := datasets.Find(name)
	if err != nil {
		return checked, nil, fault.Input(err)
	}
	train, test, errs := source.Check(ctx, dir)
	if ctx.Err() != nil {
		return checked, nil, context.Canceled
	}
	for _, err := range errs {
		wrong = append(wrong, err.Error())
	}
	switch len(errs) {
	case 0:
		checked = CheckedData{Name: name, Train: train.Len(), Test: test.Len(), Classes: len(train.Classes), SHA256: datasets.Digest(train, test)}
		if source.Classes == nil {
			checked.Names = train.Classes
		}
		return checked, nil, nil
	case 1:
		return checked, wrong, fault.Input(errs[0])
	}
	return checked, wrong, fault.Inputf("%s: %d files are missing, damaged or too many", name, len(errs))
}
