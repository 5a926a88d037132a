package run

import (
	"encoding/json"

	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// Machine says which program finished a run, or judged what it imported, and where. Results do not depend on
// it.
type Machine struct {
	Version string `json:"version"` // of the program
	CPU     string `json:"cpu"`
	ISA     string `json:"isa"` // instruction set of the kernels
}

// Machine reads which machine finished the run, nothing of a run that does not
// tell.
func (r *Run) Machine() (m Machine, err error) {
	path := r.path(machineFile)
	if !exists(path) {
		return m, nil
	}
	text, err := regular.Read(path, maxFound)
	if err != nil {
		return m, fault.Input(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fault.Inputf("%s: %w", path, err)
	}
	return m, nil
}
