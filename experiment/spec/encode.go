package spec

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Encode returns the spec as TOML with every field written out under its
// description, but for optional ones that are as in Default.
func (s Spec) Encode() []byte {
	var b bytes.Buffer
	table := ""
	for _, f := range Fields {
		if f.empty != nil && f.empty(s) {
			continue
		}
		at, name := f.split()
		if at != table {
			table = at
			b.WriteByte('\n')
			comment(&b, tableDocs[at])
			fmt.Fprintf(&b, "[%s]\n", at)
		}
		comment(&b, f.Text())
		fmt.Fprintf(&b, "%s = %s\n", name, f.TOML(s))
	}
	return b.Bytes()
}

// TOML returns the field's value as it is written in a file.
func (f Field) TOML(s Spec) string {
	line, err := toml.Marshal(map[string]any{"x": f.at(&s)})
	if err != nil {
		panic(fmt.Sprintf("spec: %s: cannot be encoded: %v", f.Key, err))
	}
	return strings.TrimSpace(strings.TrimPrefix(string(line), "x = "))
}

// Differences returns a *FieldError for every field of s that is not as in want,
// in the order of the file, but for those that Hash passes over.
func (s Spec) Differences(want Spec) []error {
	s, want = s.Substance(), want.Substance()
	var all []error
	for _, f := range Fields {
		if found, want := f.TOML(s), f.TOML(want); found != want {
			all = append(all, &FieldError{f.Key, found, want})
		}
	}
	return all
}

func comment(b *bytes.Buffer, text string) {
	if text != "" {
		fmt.Fprintf(b, "# %s\n", text)
	}
}

// split returns the table of a field, empty for none, and its name there.
func (f Field) split() (table, name string) {
	if table, name, ok := strings.Cut(f.Key, "."); ok {
		return table, name
	}
	return "", f.Key
}

// Substance returns s without what changes nothing that a run finds: data.dir, which
// says where the images lie and not what they are, and train.memory.
func (s Spec) Substance() Spec {
	s.Data.Dir, s.Train.Memory = "", 0
	return s
}

// Hash identifies what the spec asks for: the SHA-256 of its fields as JSON,
// sorted by their TOML names, so that comments and order do not count. data.dir
// and train.memory are left out, for they change nothing that a run finds.
func (s Spec) Hash() string {
	s = s.Substance()
	var fields map[string]any
	if err := toml.Unmarshal(s.Encode(), &fields); err != nil {
		panic(fmt.Sprintf("spec: cannot be read back: %v", err))
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("spec: cannot be hashed: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Lesson identifies what an attack learns from before the first step: the hash of
// the spec without the name, the regulariser and the detectors, which come later.
func (s Spec) Lesson() string {
	d := Default()
	s.Name, s.MMD, s.Detect = d.Name, d.MMD, d.Detect
	return s.Hash()
}
