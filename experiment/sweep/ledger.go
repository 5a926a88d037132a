package sweep

import (
	"bytes"
	"encoding/json"
	"io"

	"sdrm/internal/fault"
	"sdrm/internal/plain"
	"sdrm/internal/regular"
)

// LedgerExt is how the name of a ledger ends.
const LedgerExt = ".jsonl"

// maxLedger is the length in bytes of the longest ledger that is read.
const maxLedger = 1 << 28

// WriteLedger writes records as JSON, one a line.
func WriteLedger(w io.Writer, records []*Record) error {
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, plain.Lines(string(line))+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// ReadLedger reads the records of a ledger, of which each must be of the spec that
// it says.
func ReadLedger(path string) ([]*Record, error) {
	text, err := regular.Read(path, maxLedger)
	if err != nil {
		return nil, fault.Input(err)
	}
	return parseLedger(path, text)
}

// parseLedger reads the text of a ledger.
func parseLedger(path string, text []byte) ([]*Record, error) {
	var out []*Record
	for line := range bytes.Lines(text) {
		r := &Record{}
		if err := json.Unmarshal(line, r); err != nil {
			return nil, fault.Inputf("%s: line %d: %w", path, len(out)+1, err)
		}
		if found := r.Spec.Hash(); found != r.SpecSHA256 {
			return nil, fault.Inputf("%s: line %d: spec_sha256: found %q, want %q of the spec in it", path, len(out)+1, r.SpecSHA256, found)
		}
		if r.Name != r.Spec.Name { // which is fit for a folder
			return nil, fault.Inputf("%s: line %d: name: found %q, want %q of the spec in it", path, len(out)+1, r.Name, r.Spec.Name)
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fault.Inputf("%s: is empty, want a cell a line", path)
	}
	return out, nil
}
