package plan

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/internal/fault"
	"sdrm/internal/rng"
)

const small = `
[base]
data.set = "synthetic"
train.epochs = 2
[base.detect]
detectors = ["ac"]
[axes]
seed = [1, 2]
"attack.name" = ["badnets", "sig"]
mmd.lambda = [0, 0.1]
[[exclude]]
attack.name = "sig"
seed = [2]
[[override]]
when."attack.name" = ["sig"]
set.train.epochs = 3
set."attack.options" = ["delta=30"]
`

func TestCells(t *testing.T) {
	p, err := parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, c := range p.Cells {
		s := c.Spec
		found = append(found, fmt.Sprintln(c.Number, c.Name, s.Name, s.Attack.Name, s.MMD.Lambda, s.Seed, s.Train.Epochs, s.Attack.Options, s.Detect.Detectors, c.Hash == s.Hash()))
	}
	want := []string{
		"0 badnets-lambda0-seed1 badnets-lambda0-seed1 badnets 0 1 2 [] [ac] true\n",
		"1 badnets-lambda0-seed2 badnets-lambda0-seed2 badnets 0 2 2 [] [ac] true\n",
		"2 badnets-lambda0.1-seed1 badnets-lambda0.1-seed1 badnets 0.1 1 2 [] [ac] true\n",
		"3 badnets-lambda0.1-seed2 badnets-lambda0.1-seed2 badnets 0.1 2 2 [] [ac] true\n",
		"4 sig-lambda0-seed1 sig-lambda0-seed1 sig 0 1 3 [delta=30] [ac] true\n",
		"6 sig-lambda0.1-seed1 sig-lambda0.1-seed1 sig 0.1 1 3 [delta=30] [ac] true\n",
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
}

func TestThePlansOfThisProject(t *testing.T) {
	for name, want := range map[string]int{"paper": 64 + 2*8 + 8 + 2 + 3, "small-sweep": 8, "attacks": len(attacks.Names())} {
		p, err := Read(filepath.Join("..", "..", "specs", name+".toml"))
		if err != nil {
			t.Error(err)
		} else if len(p.Cells) != want {
			t.Errorf("%s: %d cells, want %d", name, len(p.Cells), want)
		}
	}
}

// A plan that an editor of Windows saved begins with a mark.
func TestReadMarked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.toml")
	if err := os.WriteFile(path, []byte("\ufeff"+small), 0o644); err != nil {
		t.Fatal(err)
	}
	if p, err := Read(path); err != nil || p.Text != small {
		t.Errorf("error %v, or another text", err)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ axes, want string }{
		{"train.milestones = [[3, 5], []]\ndata.flip = [true, false]",
			"fliptrue-milestones3_5 fliptrue-milestones flipfalse-milestones3_5 flipfalse-milestones"},
		{`attack.trigger = ["", "../a b.png"]`, "no_trigger a_b.png"},
		{"attack.options = [[\"weight=0.3\"]]\ntrain.lr = [1e-5]", "optionsweight_0.3-lr1e-05"},
	} {
		p, err := parse([]byte("[axes]\n" + c.axes))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, cell := range p.Cells {
			names = append(names, cell.Name)
		}
		slices.Sort(names)
		want := strings.Fields(c.want)
		slices.Sort(want)
		if d := cmp.Diff(want, names); d != "" {
			t.Errorf("%s: %s", c.axes, d)
		}
	}
}

func TestBadPlans(t *testing.T) {
	const axes = "[axes]\nseed = [1, 2]\n"
	for _, c := range []struct{ text, want string }{
		{"", "axes: found none"},
		{"[axes\n", "line 1"},
		{"seed = [1]", "unknown key seed, want one of base, axes, exclude, override"},
		{axes + "[[override]]\nwhere.seed = 1", "override: unknown key where, want one of when, set"},
		{"[axes]\ntrain.epoch = [1]", "axes: unknown field train.epoch, want one of epochs, batch, lr"},
		{"[axes]\nlambda = [1]", "axes: unknown field lambda, want one of name, seed, data"},
		{"[axes]\n\"\" = [1]", "axes: unknown field "},
		{"[axes]\nseed = 1", "axes: seed: found 1, want a list of values"},
		{"[axes]\nseed = []", "axes: seed: found [], want a list of values"},
		{"[axes]\nseed = [\"one\"]", `axes: seed: found "one", want a whole number from 0`},
		{"[axes]\nmmd.lambda = [nan]", "axes: mmd.lambda: found NaN, want a number"},
		{"[axes]\ntrain.milestones = [1, 2]", "axes: train.milestones: found 1, want a list of whole numbers"},
		{"[axes]\nmmd.lambda = [0, 0.0]", "axes: mmd.lambda: 0 is there twice"},
		{"[axes]\nmmd.lambda = [0]\n\"mmd.lambda\" = [1]", "axes: mmd.lambda: is there twice"},
		{"[axes]\nname = [\"a\"]", "axes: name: cannot be set"},
		{"[base]\nname = \"a\"\n" + axes, "base: name: cannot be set"},
		{"[base]\nepochs = 1\n" + axes, "base: unknown field epochs, want one of name, seed"},
		{"[base]\ntrain.epochs = \"many\"\n" + axes, `base: train.epochs: found "many", want a whole number`},
		{"[axes]\nmmd.lambda = [0, 2000]", "cell 1 (lambda2000): axis mmd.lambda: found 2000, want 0 to 1000"},
		{"[axes]\nattack.name = [\"badnets\", \"magic\"]", `cell 1 (magic): axis attack.name: found "magic", want one of `},
		{"[base]\nattack.target = 10\n[axes]\ndata.set = [\"cifar100\", \"cifar10\"]", "cell 1 (cifar10): attack.target: found 10, want 0 to 9"},
		{"[axes]\ndata.dir = [\"a\", \"b\"]", "cells 0 (a) and 1 (b) have one spec"},
		{"[axes]\nattack.trigger = [\"a/b\", \"a_b\"]", "cells 0 and 1 are both called a_b"},
		{axes + "[[exclude]]", "exclude: found nothing"},
		{axes + "[[exclude]]\nseed = 3", "exclude: seed: found 3, want values of the axis: [1 2]"},
		{axes + "[[exclude]]\nseed = [1, 3]", "exclude: seed: found 3"},
		{axes + "[[exclude]]\nseed = \"\\n\"", `exclude: seed: found \n, want values of the axis: [1 2]`},
		{axes + "[[exclude]]\n\"a\\nb\" = 1", `exclude: a\nb: is no axis`},
		{"[axes]\nattack.name = [\"\\n\", \"\\n\"]", `axes: attack.name: \n is there twice`},
		{"[axes]\nattack.name = \"\\n\"", `axes: attack.name: found \n, want a list of values`},
		{"[axes]\n\"a\\n\" = [1]", `axes: unknown field a\n, want one of`},
		{"\"a\\n\" = 1\n" + axes, `unknown key a\n, want one of`},
		{axes + "[[override]]\n\"a\\n\" = 1", `override: unknown key a\n, want one of`},
		{axes + "[[exclude]]\na.\"\\n\" = 1\n\"a.\\n\" = 1", `exclude: a.\n: is there twice`},
		{axes + "[[exclude]]\nmmd.lambda = 0", "exclude: mmd.lambda: is no axis, want one of seed"},
		{axes + "[[exclude]]\nseed = [1, 2]", "exclude: every combination is left out"},
		{axes + "[[override]]\nset.train.epochs = 1", "override: when: found nothing"},
		{axes + "[[override]]\nwhen = 3", "override: when: found 3, want a table"},
		{axes + "[[override]]\nwhen.seed = 1\nset = \"\\n\"", `override: set: found \n, want a table`},
		{axes + "[[override]]\nwhen.seed = 1", "override: set: found nothing"},
		{axes + "[[override]]\nwhen.seed = 1\nset.seed = 3", "override: set: seed: is an axis"},
		{axes + "[[override]]\nwhen.seed = 1\nset.train.epochs = 0.5", "override: set: train.epochs: found 0.5, want a whole number"},
		{axes + "[[exclude]]\nseed = 2\n[[override]]\nwhen.seed = 2\nset.train.epochs = \"many\"", `override: set: train.epochs: found "many"`},
		{"[base.trian]\n" + axes, "base: unknown field trian, want one of name, seed, data"},
		{"[axes]\nseed = [" + strings.Repeat("1,", 3) + "]\n", "axes: seed: 1 is there twice"},
		{"[axes]\nseed = " + upTo(101) + "\nattack.target = " + upTo(100), "axes: 10100 combinations, want at most 10000"},
		{"[axes]\nseed = " + upTo(2000) + "\ntrain.lr = [1]\ntrain.gamma = [1]\ntrain.batch = [2]\ntrain.epochs = [1]", "too many to number"},
	} {
		path := filepath.Join(t.TempDir(), "plan.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		var bad *fault.InputError
		switch {
		case !errors.As(err, &bad):
			t.Errorf("%q: error %v, want an InputError", c.text, err)
		case !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n"):
			t.Errorf("%q: error %q, want one line that begins with the file and has %q", c.text, err, c.want)
		}
	}
}

// upTo writes a list of n whole numbers.
func upTo(n int) string {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return strings.ReplaceAll(fmt.Sprint(list), " ", ",")
}

// Every number of combinations of n values on each axis is there once, and what
// was numbered before keeps its number.
func TestNumbersAreShells(t *testing.T) {
	for axes := 1; axes <= 4; axes++ {
		lengths := make([]int, axes)
		for n := 1; n <= 4; n++ {
			for i := range lengths {
				lengths[i] = n
			}
			seen := make([]bool, power(n, axes))
			for at := range combinations(lengths) {
				seen[number(at)] = true
			}
			if slices.Contains(seen, false) {
				t.Errorf("%d axes of %d values: the numbers have gaps", axes, n)
			}
		}
	}
}

// Cells keep number, name and hash whatever is appended to whichever axes.
func TestNumbersStayWhenValuesAreAppended(t *testing.T) {
	axes := []struct {
		key    string
		values []string
	}{
		{"attack.name", []string{`"badnets"`, `"blended"`, `"sig"`, `"wanet"`}},
		{"mmd.lambda", []string{"0", "0.1", "0.3", "1"}},
		{"model.name", []string{`"vgg5"`, `"vgg11"`}},
		{"seed", []string{"1", "2", "3"}},
	}
	draw := rng.New(1, rng.Shuffle, 0, 0)
	for range 20 {
		lengths := make([]int, len(axes))
		for i := range lengths {
			lengths[i] = 1
		}
		known := map[string]Cell{}
		for range 5 {
			text := "[axes]\n"
			for i, a := range axes {
				text += fmt.Sprintf("%s = [%s]\n", a.key, strings.Join(a.values[:lengths[i]], ", "))
			}
			p, err := parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			now := map[string]Cell{}
			for i, c := range p.Cells {
				if i > 0 && c.Number <= p.Cells[i-1].Number {
					t.Fatalf("%s: cell %d comes after %d", text, c.Number, p.Cells[i-1].Number)
				}
				now[c.Hash] = c
			}
			for hash, was := range known {
				if is := now[hash]; is.Number != was.Number || is.Name != was.Name {
					t.Fatalf("%s: cell %d %s became %d %s", text, was.Number, was.Name, is.Number, is.Name)
				}
			}
			known = now
			i := draw.IntN(len(axes))
			lengths[i] = min(lengths[i]+1, len(axes[i].values))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("[axes]\ntrain.milestones = [[1], []]\n[[exclude]]\ntrain.milestones = []")
	f.Add("[axes]\nseed = [0x10, 1e3]\ndata.flip = [true]\n\"a.b\".c = [{}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parse([]byte(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: the error has many lines: %v", text, err)
			}
			return
		}
		hashes := map[string]bool{}
		for i, c := range p.Cells {
			if i > 0 && c.Number <= p.Cells[i-1].Number || c.Number < 0 {
				t.Errorf("%q: cell %d after %d", text, c.Number, p.Cells[max(i, 1)-1].Number)
			}
			if err := c.Spec.Validate(); err != nil || c.Spec.Name != c.Name || filepath.Base(c.Name) != c.Name {
				t.Errorf("%q: cell %d is called %q, spec %q: %v", text, c.Number, c.Name, c.Spec.Name, err)
			}
			hashes[c.Hash] = true
		}
		if len(hashes) != len(p.Cells) {
			t.Errorf("%q: %d cells have %d hashes", text, len(p.Cells), len(hashes))
		}
	})
}

func TestShards(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {1, 1}, "2/3": {2, 3}, "3/3": {3, 3}, "0/3": {}, "4/3": {}, "1": {}, "1/0": {}, "-1/2": {}, "a/2": {}, "1/2/3": {}} {
		got, err := ParseShard(text)
		if got != want || (err == nil) != (want != Shard{}) {
			t.Errorf("%q: %v, error %v, want %v", text, got, err, want)
		}
	}
	cells := make([]Cell, 7)
	for i := range cells {
		cells[i].Number = i
	}
	var all []Cell
	for i := range 3 {
		all = append(all, Shard{i + 1, 3}.Cells(cells)...)
	}
	slices.SortFunc(all, func(a, b Cell) int { return a.Number - b.Number })
	if d := cmp.Diff(cells, all, cmp.Comparer(func(a, b Cell) bool { return a.Number == b.Number })); d != "" {
		t.Errorf("the shards together: %s", d)
	}
}

func TestShardOfATask(t *testing.T) {
	for _, c := range []struct {
		env  string
		want Shard
		err  string
	}{
		{"", Shard{1, 1}, ""},
		{"SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", Shard{1, 4}, ""},
		{"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=2", Shard{3, 4}, ""},
		{"SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=2", Shard{}, "found 6, want 3 to 9 in steps of 2"},
		{"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", Shard{}, "found 9, want 0 to 3"},
		{"SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=0", Shard{}, `SLURM_ARRAY_TASK_COUNT: found ""`},
		{"SLURM_ARRAY_TASK_ID=x", Shard{}, `SLURM_ARRAY_TASK_ID: found "x"`},
		{"JOB_COMPLETION_INDEX=0", Shard{1, 5}, ""},
		{"JOB_COMPLETION_INDEX=4", Shard{5, 5}, ""},
		{"JOB_COMPLETION_INDEX=5", Shard{}, "found 5, want 0 to 4"},
		{"JOB_COMPLETION_INDEX=five", Shard{}, `found "five"`},
	} {
		env := map[string]string{}
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		got, err := ShardOfTask(func(name string) string { return env[name] }, 5)
		switch {
		case c.err == "" && (err != nil || got != c.want):
			t.Errorf("%s: %v, error %v, want %v", c.env, got, err, c.want)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: error %v, want %q", c.env, err, c.err)
		}
	}
}
