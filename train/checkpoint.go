package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/layers"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/tensor"
)

// The files of a run's weights. Every one is replaced in a single rename.
const (
	// CheckpointFile holds weights, buffers and momentum of the last saved step,
	// and in its metadata the counters: it alone is what resuming reads.
	CheckpointFile = "checkpoint.safetensors"
	// CheckpointInfo is a copy of the counters for people and tools.
	CheckpointInfo = "checkpoint.json"
	// BestFile holds weights and buffers of the epoch with the best clean
	// accuracy, under PyTorch's names and nothing else but what was trained beside
	// the model by the attack or the regulariser.
	BestFile = "best.safetensors"
)

// State is how far a run is: Step steps of epoch Epoch are done, both from 0.
type State struct {
	Epoch   int     `json:"epoch"`
	Step    int     `json:"step"`
	LossSum float64 `json:"loss_sum"` // of the steps of this epoch
	Best    Best    `json:"best"`
}

// Best is the epoch with the best clean accuracy so far; Epoch is -1 if none
// has ended.
type Best struct {
	Epoch  int     `json:"epoch"`
	BA     float64 `json:"ba"`
	SHA256 string  `json:"sha256,omitempty"` // of the tensors in BestFile; older checkpoints lack it
}

// stamp is what a file of weights says about itself.
type stamp struct {
	State
	Identity string `json:"identity"` // of the run
	SHA256   string `json:"tensors_sha256"`
}

const (
	// stampKey is the key of the stamp in the safetensors metadata.
	stampKey = "sdrm"
	// momentumPrefix comes before the name of the parameter.
	momentumPrefix = "momentum."
)

// save writes the checkpoint.
func (t *Trainer) save() error {
	if t.config.BeforeSave != nil {
		if err := t.config.BeforeSave(); err != nil {
			return err
		}
	}
	tensors := weights.Tensors(slices.Concat(t.entries(), t.momentum()))
	text, err := t.write(CheckpointFile, tensors, weights.DigestTensors(tensors))
	if err != nil || text == nil {
		return err
	}
	return t.saveInfo(text)
}

// saveInfo writes the copy of a checkpoint's stamp.
func (t *Trainer) saveInfo(stamp []byte) error {
	return atomicfile.WriteBytes(filepath.Join(t.config.Dir, CheckpointInfo), append(stamp, '\n'))
}

// saveBest writes the weights of the best epoch, which the checkpoints that
// follow count on.
func (t *Trainer) saveBest() error {
	tensors := weights.Tensors(t.entries())
	t.state.Best.SHA256 = weights.DigestTensors(tensors)
	_, err := t.write(BestFile, tensors, t.state.Best.SHA256)
	return err
}

// write writes sorted tensors with the trainer's stamp and returns the stamp,
// or does nothing if the run has no folder. Tensors that are not finite, which no
// reader takes, are an ErrDiverged: weights may be so after the last update and
// variances without any loss that is not finite.
func (t *Trainer) write(name string, tensors []safetensors.Tensor, digest string) ([]byte, error) {
	for _, x := range tensors {
		if i := slices.IndexFunc(x.F32, func(v float32) bool { return v-v != 0 }); i >= 0 {
			return nil, fmt.Errorf("element %d of %s is %v: %w", i, x.Name, x.F32[i], ErrDiverged)
		}
	}
	if t.config.Dir == "" {
		return nil, nil
	}
	text, err := json.Marshal(stamp{t.state, t.config.Identity, digest})
	if err != nil {
		return nil, err
	}
	metadata := map[string]string{weights.FormatKey: "pt", stampKey: string(text)}
	return text, atomicfile.Write(filepath.Join(t.config.Dir, name), func(w io.Writer) error {
		return safetensors.Write(w, metadata, tensors)
	})
}

// entries returns what a file of weights holds.
func (t *Trainer) entries() []layers.Entry {
	return slices.Concat(t.config.Beside.stored(t.config.Model), t.learned)
}

// momentum returns the velocities as entries, named after their parameters.
func (t *Trainer) momentum() []layers.Entry {
	velocity := map[*tensor.Tensor]*tensor.Tensor{}
	for i, p := range t.sgd.params {
		velocity[p.Value] = t.sgd.velocity[i]
	}
	var out []layers.Entry
	for _, e := range t.entries() {
		if v := velocity[e.Tensor]; v != nil {
			out = append(out, layers.Entry{Name: momentumPrefix + e.Name, Layout: e.Layout, Tensor: v})
		}
	}
	return out
}

// Resume puts the trainer where the checkpoint under its folder was saved. If
// there is none it returns false, and of the folder takes only what was trained
// before the first step.
func (t *Trainer) Resume() (bool, error) {
	if err := t.resumeStage(); err != nil {
		return false, err
	}
	path := filepath.Join(t.config.Dir, CheckpointFile)
	c, err := open(path, t.config.Identity, slices.Concat(t.entries(), t.momentum()))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s, steps := c.stamp.State, t.config.Images.Steps()
	if s.Epoch < 0 || s.Epoch > t.config.Epochs || s.Step < 0 || s.Step > steps {
		return false, fmt.Errorf("%s: epoch %d, step %d is outside the run's %d epochs of %d steps",
			path, s.Epoch, s.Step, t.config.Epochs, steps)
	}
	if err := t.checkBest(s); err != nil {
		return false, err
	}
	t.state = s
	if err := c.Store(); err != nil {
		return false, err
	}
	return true, t.saveInfo(c.text) // which a kill may have kept from being written
}

// checkBest returns an error unless the file of the best epoch is the one that a
// checkpoint counts on, or a later one: of the epoch at hand, whose end is done
// again and writes it again.
func (t *Trainer) checkBest(s State) error {
	if s.Best.SHA256 == "" {
		return nil
	}
	path := filepath.Join(t.config.Dir, BestFile)
	c, err := open(path, t.config.Identity, t.entries())
	if err == nil && c.stamp.SHA256 != s.Best.SHA256 && c.stamp.Best.Epoch < s.Epoch {
		err = fmt.Errorf("%s: holds epoch %d, not epoch %d with SHA-256 %.16s…", path, c.stamp.Best.Epoch+1, s.Best.Epoch+1, s.Best.SHA256)
	}
	if err != nil {
		return fmt.Errorf("%w; the checkpoint beside it needs that file: put it back, or start the run anew in another folder", err)
	}
	return nil
}

// LoadWeights reads the weights and buffers that the run with the given
// identity kept at path into m, and what was trained beside it into b if that is
// not nil, and returns what the file says of its state. All else is passed over.
// An error names the file, and m and b are then as they were.
func LoadWeights(path, identity string, m *models.Model, b *Beside) (State, error) {
	c, err := open(path, identity, b.stored(m))
	if err != nil {
		return State{}, err
	}
	return c.stamp.State, c.Store()
}

// contents are what a file of weights says of itself and holds.
type contents struct {
	text  []byte // of the stamp
	stamp stamp
	*weights.Loaded
}

// open reads the file at path: it must come from the run with the given
// identity, hold the entries, and be what was written.
func open(path, identity string, entries []layers.Entry) (*contents, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &contents{}
	if err := c.read(f, identity, entries); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (c *contents) read(f *safetensors.File, identity string, entries []layers.Entry) (err error) {
	c.text = []byte(f.Metadata[stampKey])
	if err := json.Unmarshal(c.text, &c.stamp); err != nil {
		return fmt.Errorf("metadata %q is missing or damaged: %w", stampKey, err)
	}
	if c.stamp.Identity != identity {
		return fmt.Errorf("comes from another run: found identity %q, want %q", c.stamp.Identity, identity)
	}
	if c.Loaded, err = weights.Load(f, entries); err != nil {
		return err
	}
	all := slices.Clone(c.Tensors)
	for _, info := range f.Tensors {
		if slices.ContainsFunc(c.Tensors, func(t safetensors.Tensor) bool { return t.Name == info.Name }) {
			continue
		}
		known := func(prefix string) bool { return strings.HasPrefix(info.Name, prefix) }
		if !slices.ContainsFunc([]string{momentumPrefix, besidePrefix, learnedPrefix}, known) {
			return fmt.Errorf("tensor %q is not part of the model", info.Name)
		}
		t, err := weights.Read(f, info)
		if err != nil {
			return err
		}
		all = append(all, t)
	}
	weights.Sort(all)
	if found := weights.DigestTensors(all); found != c.stamp.SHA256 {
		return fmt.Errorf("damaged: the tensors have SHA-256 %s, want %s", found, c.stamp.SHA256)
	}
	return nil
}

// Adopt saves the model as it is under Dir, as if it were what the run ended
// with; ba is its accuracy on the clean test images.
func (t *Trainer) Adopt(ba float64) error {
	t.state = State{Epoch: t.config.Epochs, Best: Best{Epoch: t.config.Epochs - 1, BA: ba}}
	if err := t.saveBest(); err != nil {
		return err
	}
	return t.save()
}
