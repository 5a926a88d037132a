package shell

import (
	"os/exec"
	"testing"
)

// A shell hands on the words that were asked for.
func TestWord(t *testing.T) {
	for _, text := range []string{"", "a/b_C-1.0+", " ", "it's", `a"b\c`, "$HOME `x` $(x) *?~", "a\nb", "größe"} {
		got, err := exec.Command("sh", "-c", "printf %s "+Word(text)).Output()
		if err != nil || string(got) != text {
			t.Errorf("%q: found %q, error %v, of the word %s", text, got, err, Word(text))
		}
	}
}

// No program takes a path for a flag.
func TestPath(t *testing.T) {
	for path, want := range map[string]string{"-a": "./-a", "--out": "./--out", "a-b": "a-b", "/-": "/-", "- x": "'./- x'"} {
		if got := Path(path); got != want {
			t.Errorf("%s: found %s, want %s", path, got, want)
		}
	}
}
