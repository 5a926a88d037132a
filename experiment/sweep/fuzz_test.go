package sweep

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/internal/nullable"
)

// A ledger is refused in one line that says which, or it is what is written of it.
func FuzzLedger(f *testing.F) {
	s := spec.Default()
	s.Name = "badnets-seed1"
	var b bytes.Buffer
	records := []*Record{{
		Number: 4, Name: s.Name, SpecSHA256: s.Hash(), WeightsSHA256: "weights", Epoch: 3, Spec: s,
		Figures: []Figure{{FigureID: FigureID{Name: BA}, Value: nullable.Float(0.5)}},
	}}
	if err := WriteLedger(&b, records); err != nil {
		f.Fatal(err)
	}
	line := b.String()
	for _, text := range []string{line, line + line, "", "{}", line[:len(line)/2], strings.Replace(line, "badnets-seed1", "../x", 2), `{"spec":{"seed":1e99}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := parseLedger("l.jsonl", text)
		if err != nil {
			var bad *fault.InputError
			if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), "l.jsonl: ") {
				t.Errorf("error %q, want one of bad input that names the file", err)
			}
			return
		}
		var b bytes.Buffer
		if err := WriteLedger(&b, records); err != nil {
			t.Fatal(err)
		}
		again, err := parseLedger("l.jsonl", b.Bytes())
		if d := cmp.Diff(records, again, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); err != nil || d != "" {
			t.Errorf("written and read: %v, %s", err, d)
		}
	})
}

// A note is that of the cell, or there is none.
func FuzzFailure(f *testing.F) {
	for _, text := range []string{`{"spec_sha256":"ab","reason":"full"}`, `{"spec_sha256":"cd","reason":"x"}`, "", "[", `{"spec_sha256":["ab"]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if reason, ok := parseFailure(text, "ab"); !ok && reason != "" || ok && !bytes.Contains(text, []byte("ab")) && !bytes.ContainsRune(text, '\\') {
			t.Errorf("%q: reason %q, of the cell %v", text, reason, ok)
		}
	})
}
