package submit

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sdrm/experiment/plan"
)

// planOf writes a plan of so many cells and reads it.
func planOf(t *testing.T, name string, cells int) *plan.Plan {
	t.Helper()
	seeds := make([]string, cells)
	for i := range seeds {
		seeds[i] = fmt.Sprint(i)
	}
	path := filepath.Join(t.TempDir(), name)
	text := "[axes]\nseed = [" + strings.Join(seeds, ", ") + "]\n\n# 'one' \"two\": {}\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func write(t *testing.T, target string, j Job) string {
	t.Helper()
	to, err := Find(target)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := to.Write(&out, j); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A shell runs sdrm with the words that were asked for, whatever is in them.
func TestScriptsCallTheProgram(t *testing.T) {
	j := Job{Plan: planOf(t, "it's $a\n{} plan.toml", 3), Out: "out; \"x\" $(false) {} '{#}'", Threads: 2}
	want := "sweep\nrun\n" + j.Plan.Path + "\n--out\n" + j.Out + "\n--threads\n2\n"
	for target, c := range map[string]struct {
		stub string // of what the script calls beside sdrm
		want string
	}{
		"slurm":    {"", want},
		"parallel": {`parallel() { for last; do :; done; cat >/dev/null; eval "${last//\{\}/2}"; }` + "\n", want + "--shard\n2/3\n"},
	} {
		shell := exec.Command("bash", "-s")
		shell.Dir = t.TempDir()
		shell.Env = append(os.Environ(), "SDRM=words")
		shell.Stdin = strings.NewReader("words() { printf '%s\\n' \"$@\"; }\n" + c.stub + write(t, target, j))
		got, err := shell.CombinedOutput()
		if err != nil || string(got) != c.want {
			t.Errorf("%s: error %v, found the words\n%swant\n%s", target, err, got, c.want)
		}
	}
}

func TestTheArrayIsOneThatSlurmTakes(t *testing.T) {
	for cells, want := range map[int]string{1: "0-0", 1001: "0-1000", 1002: "0-1000"} {
		if text := write(t, "slurm", Job{Plan: planOf(t, "plan.toml", cells)}); !strings.Contains(text, "\n#SBATCH --array="+want+"\n") {
			t.Errorf("%d cells: want --array=%s in\n%s", cells, want, text)
		}
	}
}

func TestNames(t *testing.T) {
	for path, want := range map[string]string{
		"a/Paper_v2.toml":                   "sdrm-paper-v2",
		"x.toml":                            "sdrm-x",
		"Größe.toml":                        "sdrm-gr-e",
		"--.toml":                           "sdrm",
		strings.Repeat("a", 35) + "-b.toml": "sdrm-" + strings.Repeat("a", 35),
		strings.Repeat("a", 70) + ".toml":   "sdrm-" + strings.Repeat("a", 36),
	} {
		if got := (Job{Plan: &plan.Plan{Path: path}}).Name(); got != want {
			t.Errorf("%s: found %s, want %s", path, got, want)
		}
	}
}
