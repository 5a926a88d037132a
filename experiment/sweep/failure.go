package sweep

import (
	"encoding/json"
	"path/filepath"

	"sdrm/experiment/plan"
	"sdrm/internal/atomicfile"
	"sdrm/internal/regular"
)

// failure is the note of a cell that failed, in a file beside its run folder,
// which there may not be.
type failure struct {
	Hash   string `json:"spec_sha256"`
	Reason string `json:"reason"`
}

// maxFailure is the length in bytes of the longest note that is read.
const maxFailure = 1 << 16

func failureFile(dir string, c plan.Cell) string { return filepath.Join(dir, c.Name+".failed.json") }

// writeFailure notes why a cell failed.
func writeFailure(dir string, c plan.Cell, reason string) error {
	text, err := json.MarshalIndent(failure{c.Hash, reason}, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(failureFile(dir, c), append(text, '\n'))
}

// readFailure returns why a cell failed; ok tells whether it did.
func readFailure(dir string, c plan.Cell) (reason string, ok bool) {
	text, err := regular.Read(failureFile(dir, c), maxFailure)
	if err != nil {
		return "", false
	}
	return parseFailure(text, c.Hash)
}

// parseFailure reads the text of the note of a cell with that hash.
func parseFailure(text []byte, hash string) (reason string, ok bool) {
	var f failure
	if err := json.Unmarshal(text, &f); err != nil || f.Hash != hash {
		return "", false
	}
	return f.Reason, true
}
