package run

import (
	"bytes"
	"encoding/json"
	"fmt"

	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

const (
	// maxFound is the length in bytes of the longest file of what was found out of
	// a run. A score takes about 1,000.
	maxFound = 1 << 26
	// bytesAnObject and bytesAList are how many bytes of such a file at least there
	// are for each object, and for each list. Those of ours are longer; a file of
	// empty ones would take many times its length of memory.
	bytesAnObject, bytesAList = 64, 16
)

// identity is what a file says of what was found out says of the run.
type identity struct {
	Name    string `json:"name"`
	Spec    string `json:"spec_sha256"`
	Weights string `json:"weights_sha256"`
}

// load fills v with what a file says that was found out of a run, once that is
// found to be the run that is meant.
func load(path string, v any, isMeant func(identity) error) error {
	text, err := regular.Read(path, maxFound)
	if err != nil {
		return fault.Input(err)
	}
	if err := parse(text, v, isMeant); err != nil {
		return fault.Inputf("%s: %w", path, err)
	}
	return nil
}

func parse(text []byte, v any, isMeant func(identity) error) error {
	if n := bytes.Count(text, []byte("{")); n > 8+len(text)/bytesAnObject {
		return fmt.Errorf("%d objects in %d bytes, want no more than one in %d", n, len(text), bytesAnObject)
	}
	if n := bytes.Count(text, []byte("[")); n > 8+len(text)/bytesAList {
		return fmt.Errorf("%d lists in %d bytes, want no more than one in %d", n, len(text), bytesAList)
	}
	var of identity
	if err := json.Unmarshal(text, &of); err != nil {
		return err
	}
	if err := isMeant(of); err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// mustBe returns an error unless a key has the value that the file beside has.
func mustBe(key, found, want, beside string) error {
	if found == want {
		return nil
	}
	return fmt.Errorf("%s: found %.80q, want %q of the %s beside it", key, found, want, beside)
}
