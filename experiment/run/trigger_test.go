package run

import (
	"errors"
	"os"
	"strings"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/internal/fault"
)

// The image that a report shows is that of the weights in the result and of the
// size that its file says; a run without one has none.
func TestTheImageOfARun(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	of := judge.Result{Name: "tiny", WeightsSHA256: "ab"}
	if got, err := r.Trigger(of); got != nil || err != nil {
		t.Errorf("a run without it: %v, error %v", got, err)
	}
	for _, c := range []struct{ text, want string }{
		{`{"name":"tiny","weights_sha256":"ab","height":1,"width":2,"channels":1,"original":"AAA=","changed":"//8="}`, ""},
		{`{"name":"other","weights_sha256":"ab","height":1,"width":2,"channels":1,"original":"AAA=","changed":"//8="}`, "name: found"},
		{`{"name":"tiny","weights_sha256":"cd","height":1,"width":2,"channels":1,"original":"AAA=","changed":"//8="}`, "weights_sha256: found"},
		{`{"name":"tiny","weights_sha256":"ab","height":1,"width":3,"channels":1,"original":"AAA=","changed":"//8="}`, "found images of 2 and 2 bytes, want 1×3×1"},
		{`{"name":"tiny","weights_sha256":"ab","height":-1,"width":-2,"channels":1,"original":"AAA=","changed":"//8="}`, "want sides of 1 to"},
		{`{"name":"tiny","weights_sha256":"ab","original":"?"}`, "base64"},
		{`{"name":`, "JSON"},
	} {
		if err := os.WriteFile(r.path(triggerFile), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := r.Trigger(of)
		if c.want == "" {
			if err != nil || got.Largest() != 255 {
				t.Errorf("%s: %v, error %v", c.text, got, err)
			}
			continue
		}
		var bad *fault.InputError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), triggerFile) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want an InputError with %q", c.text, err, c.want)
		}
	}
}
