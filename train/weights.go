package train

import (
	"fmt"
	"io"
	"slices"

	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/layers"
	"sdrm/models"
)

// maxCount is the largest counter that a layers.Scalar holds exactly.
const maxCount = 1 << 24

// ExportWeights writes the parameters and buffers of m to path under PyTorch's
// names and in PyTorch's layout, and nothing else, so that load_state_dict takes
// them strictly.
func ExportWeights(path string, m *models.Model) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		return safetensors.Write(w, map[string]string{formatKey: "pt"}, Tensors(m.Entries()))
	})
}

// ImportWeights reads the parameters and buffers of m from path as strictly as
// load_state_dict does: every one must be there in its type and shape, and
// nothing else. An error names the file, and m is then as it was.
func ImportWeights(path string, m *models.Model) error {
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := &contents{entries: m.Entries()}
	if err := c.readAll(f, m.Name); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return c.load()
}

func (c *contents) readAll(f *safetensors.File, model string) error {
	for _, info := range f.Tensors {
		if !slices.ContainsFunc(c.entries, func(e layers.Entry) bool { return e.Name == info.Name }) {
			return fmt.Errorf("tensor %q is not part of model %s", info.Name, model)
		}
	}
	for _, e := range c.entries {
		t, err := read(f, e.Name, e.Dims(), e.Layout == layers.Scalar)
		if err != nil {
			return fmt.Errorf("model %s: %w", model, err)
		}
		if t.I64 != nil && (t.I64[0] < 0 || t.I64[0] > maxCount) {
			return fmt.Errorf("tensor %q is %d, want 0 to %d", e.Name, t.I64[0], maxCount)
		}
		c.tensors = append(c.tensors, t)
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
