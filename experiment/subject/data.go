package subject

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"sdrm/datasets"
	"sdrm/experiment/spec"
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
	dir, err := DataDir(dir)
	if err != nil {
		return nil, err
	}
	where := filepath.Join(dir, "cifar-10-batches-bin")
	_, err = os.Stat(where)
	return []DataSet{
		{"synthetic", true, "built in"},
		{"cifar10", err == nil, where},
	}, nil
}

// UnpackData unpacks the official archive of CIFAR-10 under dir, of which an
// empty one is the default, and returns the folder that it made. If ctx ends,
// the error is context.Canceled and nothing is left.
func UnpackData(ctx context.Context, archive, dir string) (folder string, err error) {
	dir, err = DataDir(dir)
	if err != nil {
		return "", err
	}
	folder, err = datasets.UnpackCIFAR10(ctx, archive, dir)
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
	s := spec.Default()
	s.Data.Set, s.Data.Dir = name, dir
	if err := s.Validate(); err != nil {
		return CheckedData{}, fault.Input(err)
	}
	m := &Images{spec: s}
	if err := m.read(); err != nil {
		return CheckedData{}, fault.Input(err)
	}
	return CheckedData{name, m.Train.Len(), m.Test.Len(), len(m.Train.Classes), digestSets(m.Train, m.Test)}, nil
}
