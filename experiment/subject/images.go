package subject

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/internal/fault"
)

// The synthetic set is the same in every run: its size where the spec gives no
// limit, and the seed that it is generated from.
const (
	syntheticTrain = 4000
	syntheticTest  = 1000
	syntheticSeed  = 2021
)

// DataDir returns the folder of the data sets: dir if it is not empty, else
// $SDRM_DATA, else sdrm/datasets in the user's cache folder
// ($XDG_CACHE_HOME or ~/.cache).
func DataDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	if dir = os.Getenv("SDRM_DATA"); dir != "" {
		return dir, nil
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fault.Inputf("data.dir: empty, and there is no home folder to look in: %w", err)
		}
		cache = filepath.Join(home, ".cache")
	}
	return filepath.Join(cache, "sdrm", "datasets"), nil
}

// Images are a run's data sets and what the attack does to them.
type Images struct {
	Train, Test *datasets.Set
	Poison      attacks.Poison
	SHA256      string // of both sets

	spec    spec.Spec
	workers int
}

func load(s spec.Spec, workers int) (*Images, error) {
	m := &Images{spec: s, workers: workers}
	if err := m.read(); err != nil {
		return nil, fault.Input(err)
	}
	if n := m.Train.Len(); s.Train.Batch > n {
		return nil, fault.Input(&spec.FieldError{Field: "train.batch", Found: strconv.Itoa(s.Train.Batch), Want: "at most the number of training images, " + strconv.Itoa(n)})
	}
	attack, err := attacks.New(s.Attack.Name, attacks.Options{Weight: s.Attack.Weight, Trigger: s.Attack.Trigger})
	if err != nil {
		return nil, fault.Input(err)
	}
	mode, err := attacks.ParseMode(s.Attack.Mode)
	if err != nil {
		return nil, fault.Input(err)
	}
	m.Poison = attacks.Poison{Attack: attack, Target: s.Attack.Target, Rate: s.Attack.Rate, Mode: mode, Seed: s.Seed}
	m.SHA256 = digestSets(m.Train, m.Test)
	if err := m.Poison.Check(len(m.Train.Classes)); err != nil {
		return nil, fault.Input(err)
	}
	return m, nil
}

// read fills the two sets.
func (m *Images) read() (err error) {
	d := m.spec.Data
	if d.Set == "synthetic" {
		m.Train = datasets.Synthetic(syntheticSeed, datasets.Train, orDefault(d.TrainLimit, syntheticTrain))
		m.Test = datasets.Synthetic(syntheticSeed, datasets.Test, orDefault(d.TestLimit, syntheticTest))
		return nil
	}
	dir, err := DataDir(d.Dir)
	if err != nil {
		return err
	}
	if m.Train, err = datasets.LoadCIFAR10(dir, datasets.Train, datasets.Part{Files: d.TrainFiles, Images: d.TrainLimit}); err != nil {
		return err
	}
	m.Test, err = datasets.LoadCIFAR10(dir, datasets.Test, datasets.Part{Images: d.TestLimit})
	return err
}

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// digestSets hashes the names, sizes, labels and pixels of the sets.
func digestSets(sets ...*datasets.Set) string {
	h := sha256.New()
	for _, s := range sets {
		h.Write([]byte(s.Name))
		labels := make([]byte, 0, s.Len()+24)
		for _, n := range []int{s.Len(), s.H, s.W} {
			labels = binary.LittleEndian.AppendUint64(labels, uint64(n))
		}
		for _, label := range s.Labels {
			labels = append(labels, byte(label))
		}
		h.Write(labels)
		h.Write(s.Pixels)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Moved returns the edit for a part of a set, which does there what e does at
// the same images of the whole.
func Moved(e datasets.Edit, places []int) datasets.Edit {
	if e == nil {
		return nil
	}
	return func(epoch, index int, s *datasets.Sample) bool { return e(epoch, places[index], s) }
}

// Training returns the loader of the training steps.
func (m *Images) Training() (*datasets.Loader, error) {
	d := m.spec.Data
	return datasets.NewLoader(m.Train, datasets.Config{
		Batch: m.spec.Train.Batch, Seed: m.spec.Seed, Shuffle: true, Workers: m.workers,
		Pipeline: datasets.Pipeline{Resize: d.Resize, Crop: spec.CropSide, RandomCrop: true, Flip: d.Flip},
		After:    m.Poison.Edit(),
	})
}

// Plain returns a loader that shows a set in its order, through the transforms
// of tests: the same resize, then the centre. The edit may be nil.
func (m *Images) Plain(set *datasets.Set, after datasets.Edit) (*datasets.Loader, error) {
	return datasets.NewLoader(set, datasets.Config{
		Batch: min(m.spec.Train.Batch, max(set.Len(), 1)), Seed: m.spec.Seed, Workers: m.workers,
		Pipeline: datasets.Pipeline{Resize: m.spec.Data.Resize, Crop: spec.CropSide},
		After:    after,
	})
}

// Part returns the images of a set at the given places.
func Part(set *datasets.Set, places []int) *datasets.Set {
	out := &datasets.Set{Name: set.Name, Classes: set.Classes, H: set.H, W: set.W}
	for _, i := range places {
		out.Pixels = append(out.Pixels, set.Image(i)...)
		out.Labels = append(out.Labels, set.Labels[i])
	}
	return out
}

// Places returns where in a set the label satisfies want.
func Places(set *datasets.Set, want func(label int) bool) []int {
	var out []int
	for i, label := range set.Labels {
		if want(label) {
			out = append(out, i)
		}
	}
	return out
}
