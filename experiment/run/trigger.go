package run

import (
	"sdrm/experiment/judge"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/imagepair"
)

// triggerFile holds a test image without and with the trigger, for reports, which
// need no data set.
const triggerFile = "trigger.json"

// Trigger is what triggerFile holds.
type Trigger struct {
	Name string `json:"name"`
	imagepair.Pair
	SHA256 string `json:"weights_sha256"`
}

// checkedTrigger is what is read of it before the images are.
type checkedTrigger struct {
	Name   string `json:"name"`
	SHA256 string `json:"weights_sha256"`
}

// saveTrigger writes the first test image that the attack is tried on, if there is
// one and the run is no control.
func (r *Run) saveTrigger(x *subject.Subject, of judge.Result) error {
	if of.Control {
		return nil
	}
	examples, err := x.Images.Examples(1)
	if err != nil || len(examples) == 0 {
		return err
	}
	return r.save(triggerFile, Trigger{of.Name, examples[0].Pair, of.WeightsSHA256})
}

// Trigger reads what judging the run wrote, nil if that was nothing, as of a
// control, or by a program that did not.
func (r *Run) Trigger(of judge.Result) (*Trigger, error) {
	path := r.path(triggerFile)
	var checked checkedTrigger
	t, err := about[Trigger](of, path, &checked, &checked.Name, &checked.SHA256)
	if t == nil || err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	return t, nil
}
