package subject

import (
	"context"
	"errors"

	"sdrm/datasets"
	"sdrm/internal/fault"
)

// DataSet says of a data set where it is looked for.
type DataSet struct {
	Name    string `json:"name"`
	Present bool   `json:"present"`
	Where   string `json:"where"`
}

// DataSets lists the data sets of a folder; an empty dir is the default.
func DataSets(dir string) ([]DataSet, error) {
	dir, err := datasets.DataDir(dir)
	if err != nil {
		return nil, fault.Input(err)
	}
	var out []DataSet
	for _, source := range datasets.All() {
		where, found := source.Locate(dir)
		out = append(out, DataSet{source.Name, found, where})
	}
	return out, nil
}

// UnpackData unpacks the official archive of the named data set under dir, of
// which an empty one is the default, and returns the folder that it made. An
// empty name is that of the set whose archive is called so. If ctx ends, the
// error is context.Canceled and nothing is left.
func UnpackData(ctx context.Context, name, archive, dir string) (folder string, err error) {
	source, err := datasets.OfArchive(archive)
	if name != "" {
		source, err = datasets.Find(name)
	}
	if err == nil {
		folder, err = source.Unpack(ctx, archive, dir)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return "", fault.Input(err)
	}
	return folder, err
}

// CheckedData says what a data set that was read completely holds.
type CheckedData struct {
	Name    string `json:"name"`
	Train   int    `json:"train"`
	Test    int    `json:"test"`
	Classes int    `json:"classes"`
	SHA256  string `json:"sha256"` // of names, sizes, labels and pixels
}

// CheckData reads all of a data set.
func CheckData(name, dir string) (CheckedData, error) {
	source, err := datasets.Find(name)
	if err != nil {
		return CheckedData{}, fault.Input(err)
	}
	train, test, err := source.Both(dir, datasets.Part{}, datasets.Part{})
	if err != nil {
		return CheckedData{}, fault.Input(err)
	}
	return CheckedData{name, train.Len(), test.Len(), len(train.Classes), datasets.Digest(train, test)}, nil
}
