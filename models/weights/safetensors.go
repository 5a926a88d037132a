package weights

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/layers"
	"sdrm/models"
)

// FormatKey is a key of the safetensors metadata; its value "pt" is what
// PyTorch's tools expect.
const FormatKey = "format"

// maxCount is the largest counter that a layers.Scalar holds exactly.
const maxCount = 1 << 24

// Export writes the parameters and buffers of m to path under PyTorch's
// names and in PyTorch's layout, and nothing else, so that load_state_dict takes
// them strictly.
func Export(path string, m *models.Model) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		return safetensors.Write(w, map[string]string{FormatKey: "pt"}, Tensors(m.Entries()))
	})
}

// Import reads the parameters and buffers of m from path as strictly as
// load_state_dict does: every one must be there in its type and shape, and
// nothing else. An error names the file, and m is then as it was.
func Import(path string, m *models.Model) error {
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	l, err := importable(f, m)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return l.Store()
}

// importable reads what Import stores.
func importable(f *safetensors.File, m *models.Model) (*Loaded, error) {
	for _, info := range f.Tensors {
		if !slices.ContainsFunc(m.Entries(), func(e layers.Entry) bool { return e.Name == info.Name }) {
			return nil, fmt.Errorf("tensor %q is not part of model %s%s", info.Name, m.Name, prefixed(info.Name, m))
		}
	}
	l, err := Load(f, m.Entries())
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Name, err)
	}
	for _, t := range l.Tensors {
		if t.I64 != nil && (t.I64[0] < 0 || t.I64[0] > maxCount) {
			return nil, fmt.Errorf("tensor %q is %d, want 0 to %d", t.Name, t.I64[0], maxCount)
		}
		if strings.HasSuffix(t.Name, ".running_var") {
			if i := slices.IndexFunc(t.F32, func(v float32) bool { return v < 0 }); i >= 0 {
				return nil, fmt.Errorf("tensor %q: element %d is %v, want a variance, at least 0", t.Name, i, t.F32[i])
			}
		}
	}
	return l, nil
}

// prefixed says if a name is one of the model's but for what a wrapper, such as
// PyTorch's DataParallel, puts before all of them.
func prefixed(name string, m *models.Model) string {
	for _, e := range m.Entries() {
		if prefix, ok := strings.CutSuffix(name, "."+e.Name); ok {
			return fmt.Sprintf(", want %q, without %q before each name", e.Name, prefix+".")
		}
	}
	return ""
}
