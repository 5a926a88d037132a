package run

import (
	"os"
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
)

// finished makes the folder of a run of the spec that is whole, without weights.
func finished(t *testing.T, s spec.Spec, data string) *Run {
	t.Helper()
	r := &Run{t.TempDir(), s}
	if err := r.saveSpec(); err != nil {
		t.Fatal(err)
	}
	text := `{"name":"` + s.Name + `","spec_sha256":"` + s.Hash() + `","data_sha256":"` + data + `"}`
	if err := os.WriteFile(r.path(ResultFile), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return r
}

// A control is a clean model of the same data set, model, seed and training.
func TestOpenControl(t *testing.T) {
	s := spectest.Tiny()
	r := finished(t, s, "images")
	for _, c := range []struct {
		change func(*spec.Spec)
		data   string
		want   string // in the error, empty for none
	}{
		{func(s *spec.Spec) {}, "images", ""},
		{func(s *spec.Spec) { s.Name, s.MMD.Lambda, s.Detect.Clean, s.Attack.Target = "other", 0, 7, 3 }, "images", ""},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Rate = "blended", 0 }, "images", ""},
		{func(s *spec.Spec) { s.Attack.Name = "blended" }, "images", `spec.toml: attack.name: found "blended", want "none"`},
		{func(s *spec.Spec) { s.Seed = 2 }, "images", "spec.toml: is no control of " + r.Dir + ": seed: found 2, want 1"},
		{func(s *spec.Spec) { s.Data.Set = "mnist" }, "images", "data.set: found 'mnist', want 'synthetic'"},
		{func(s *spec.Spec) { s.Model.Name = "vgg11" }, "images", "model.name: found 'vgg11', want 'vgg5'"},
		{func(s *spec.Spec) { s.Train.Epochs, s.Train.Batch = 9, 8 }, "images", "train.epochs: found 9, want 2; train.batch: found 8, want 16"},
		{func(s *spec.Spec) {}, "others", "result.json: is no control of " + r.Dir + ": data_sha256: found others…, want images…"},
	} {
		control := s
		control.Attack.Name = attacks.None
		c.change(&control)
		dir := finished(t, control, c.data).Dir
		_, err := r.OpenControl(dir)
		if c.want == "" && err != nil {
			t.Errorf("error %v, want none", err)
		}
		if c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), dir) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, err := r.OpenControl(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is no run folder") {
		t.Errorf("error %v", err)
	}
}
