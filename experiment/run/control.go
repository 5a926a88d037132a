package run

import (
	"sdrm/internal/fault"
)

// OpenClean opens the folder of a finished run of a clean model.
func OpenClean(dir string) (*Run, error) {
	r, err := OpenFinished(dir)
	if err != nil {
		return nil, err
	}
	if a := r.Spec.Attack; !a.Control() {
		return nil, fault.Inputf("%s: attack.name: found %q, want \"none\": a control is a clean model", r.path(SpecFile), a.Name)
	}
	return r, nil
}

// OpenControl opens the folder of a finished run of a clean model with which r can
// be compared: its spec is that of r but for name, attack, the regulariser, which
// has nothing to compare without an attack, and what is judged afterwards; so data
// set, model, seed and training are the same, and so are the images. The error names
// the file and the fields that differ.
func (r *Run) OpenControl(dir string) (*Run, error) {
	c, err := OpenClean(dir)
	if err != nil {
		return nil, err
	}
	want := r.Spec
	want.Name, want.Attack, want.MMD, want.Detect = c.Spec.Name, c.Spec.Attack, c.Spec.MMD, c.Spec.Detect
	if err := c.mustEqual(want, "no control of "+r.Dir); err != nil {
		return nil, err
	}
	of, err := r.Result()
	if err != nil {
		return nil, err
	}
	result, err := c.Result()
	if err != nil {
		return nil, err
	}
	if found, want := result.DataSHA256, of.DataSHA256; found != want {
		return nil, fault.Inputf("%s: is no control of %s: data_sha256: found %.16s…, want %.16s…", c.path(ResultFile), r.Dir, found, want)
	}
	return c, nil
}
