package spec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/internal/fault"
	"sdrm/internal/heap"
	"sdrm/models"
)

func TestDefaultIsThePrototype(t *testing.T) {
	s := Default()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	got := []any{s.Model.Name, s.Data.Resize, s.Attack.Name, s.Attack.Target, s.Attack.Rate, s.Attack.Weight, s.Attack.Mode,
		s.Train.Epochs, s.Train.Batch, s.Train.Rate, s.Train.Momentum, s.Train.WeightDecay, s.Train.Milestones, s.Train.Gamma,
		s.Train.Keep, s.MMD.Lambda, s.MMD.Levels, s.MMD.Estimator}
	want := []any{"vgg11", 36, "blended", 0, 0.1, 0.1, "prototype",
		80, 256, 0.01, 0.9, 5e-4, []int{40, 60}, 0.1,
		"best", 0.1, "all", "biased"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestSpecsSurviveTheirFile(t *testing.T) {
	odd := Default()
	odd.Name, odd.Seed = "a-b_c.1", 1<<63-1
	odd.Data = DataSpec{Set: "synthetic", Dir: `with "quotes" and ü`, TrainFiles: 1, TrainLimit: 64, TestLimit: 40, Resize: 32}
	odd.Attack.Options = []string{"weight=0.2", "trigger=x=y"}
	odd.Train.Milestones = []int{}
	odd.Train.Rate = 1.0 / 3
	odd.Train.Schedule, odd.Train.Keep = "cosine", "last"
	odd.MMD = MMDSpec{Warmup: 3, Regulariser: "ed", Levels: "s1, s3", Estimator: "unbiased"}
	odd.Detect.Detectors = []string{"ss"}
	path := filepath.Join(t.TempDir(), "spec.toml")
	for mark, s := range map[string]Spec{"": Default(), "\ufeff": odd} { // as editors of Windows leave it
		if err := os.WriteFile(path, append([]byte(mark), s.Encode()...), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, got); d != "" {
			t.Error(d)
		}
		if s.Hash() != got.Hash() {
			t.Error("the hash changed on the way")
		}
	}
}

// What is told of the fields' options is what the attack knows of them.
func TestTold(t *testing.T) {
	for _, c := range []struct {
		attack AttackSpec
		want   attacks.Options
	}{
		{AttackSpec{Name: "badnets", Weight: 0.3, Trigger: "t.png"}, attacks.Options{}},
		{AttackSpec{Name: "blended", Weight: 1.0 / 3, Trigger: "t.png"}, attacks.Options{"weight": "0.3333333333333333", "trigger": "t.png"}},
		{AttackSpec{Name: "blended", Weight: 0.1, Options: []string{"weight=0.5", "x=y=z"}}, attacks.Options{"weight": "0.5", "trigger": "", "x": "y=z"}},
	} {
		if d := cmp.Diff(c.want, c.attack.AllOptions()); d != "" {
			t.Errorf("%+v: %s", c.attack, d)
		}
	}
}

func TestDifferences(t *testing.T) {
	s, other := Default(), Default()
	other.Data.Dir = "elsewhere"
	if d := s.Differences(other); d != nil {
		t.Errorf("differences %v, want none", d)
	}
	other.Name, other.Train.Milestones, other.Attack.Options, other.MMD.Lambda = "x\ny", nil, []string{"a b"}, 1.0/3
	want := `[name: found 'sdrm', want "x\ny" attack.options: found [], want ['a b'] ` +
		`train.milestones: found [40, 60], want [] mmd.lambda: found 0.1, want 0.3333333333333333]`
	if got := fmt.Sprint(s.Differences(other)); got != want {
		t.Errorf("differences %s, want %s", got, want)
	}
	for _, f := range Fields {
		if value := f.TOML(Default()); value == "" || strings.Contains(value, "\n") {
			t.Errorf("%s: %q is no value", f.Key, value)
		}
	}
}

func TestHash(t *testing.T) {
	s := Default()
	was := s.Hash()
	s.Data.Dir, s.Train.Memory = "/elsewhere", 1<<30
	if differ := s.Differences(Default()); s.Hash() != was || differ != nil {
		t.Errorf("the hash depends on where the data lie or on memory, or these differ: %v", differ)
	}
	if text := string(s.Encode()); !strings.Contains(text, "memory = 1073741824\n") || strings.Contains(string(Default().Encode()), "memory =") {
		t.Errorf("the bound on memory is not written, or where there is none:\n%s", text)
	}
	s.MMD.Lambda = 0.2
	if s.Hash() == was {
		t.Error("the hash does not depend on lambda")
	}
	// Run folders carry the hash: rewording a comment must not make them foreign.
	const defaults = "9ca7030492b4c7a2586c042cccb2ad981a170b1e0f50e027e16dad0e9fac6a89"
	if was != defaults {
		t.Errorf("the default spec's hash is %s, want %s", was, defaults)
	}
	// What older specs do not have is not there while it is as it was for them.
	for name, set := range map[string]func(*Spec){
		"rotate":      func(s *Spec) { s.Data.Rotate = 15 },
		"normalise":   func(s *Spec) { s.Data.Normalise = true },
		"labels":      func(s *Spec) { s.Attack.Labels = "all-to-all" },
		"options":     func(s *Spec) { s.Attack.Options = []string{"weight=0.2"} },
		"warmup":      func(s *Spec) { s.MMD.Warmup = 2 },
		"regulariser": func(s *Spec) { s.MMD.Regulariser = "ed" },
	} {
		s := Default()
		if strings.Contains(string(s.Encode()), name+" =") {
			t.Errorf("%s is written though it is as it always was", name)
		}
		if set(&s); s.Hash() == was || !strings.Contains(string(s.Encode()), name+" =") {
			t.Errorf("%s does not count", name)
		}
	}
}

func TestBadSpecs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"epochs = 3", "line 1: unknown key epochs, want one of name, seed, data"},
		{"[train]\nlr = 0.1\nepoch = 3", "line 3: unknown key train.epoch, want one of epochs, batch, lr"},
		{"[trian]\nlr = 0.1", "unknown key trian"},
		{"train = {lr = 0.1,\n", "line 1"},
		{"name = \"x\"\ntrain = {lr = 0.1, \"epoch\" = 3}", "line 2: unknown key train.epoch, want one of epochs, batch, lr"},
		{"a.b.c = 1", "line 1: unknown key a, want one of name, seed, data"},
		{"train.lr.x = 1", "line 1"},
		{"[[train]]", "line 1"},
		{"[train]\n[train]", "line 2"},
		{strings.Repeat("[[a]]\n", maxSpec/6), "line 1: unknown key a, want one of name"},
		{strings.Repeat("[train]\n", maxSpec/8), "line 2: train"},
		{strings.Repeat("#", maxSpec+1), "found 65537 bytes, want at most 65536"},
		{"[train]\nepochs = \"many\"", "line 2: train.epochs: found a value of TOML's type string, want a whole number"},
		{"[train\n", "line 1"},
		{"name = \"x\"\nname = \"y\"", "line 2"},
		{"seed = -1", "seed"},
		{"seed = 9223372036854775808", "line 1"},
		{`name = "../up"`, `name: found "../up", want at most 100 letters`},
		{`name = ""`, `name: found ""`},
		{`data.set = "imagenet"`, `data.set: found "imagenet", want one of cifar10, `},
		{"data.train_files = 6", "data.train_files: found 6, want 1 to 5"},
		{"data.train_limit = -1", "data.train_limit: found -1"},
		{"data.test_limit = 10001", "data.test_limit: found 10001, want 0 to 10000"},
		{"data.train_files = 2\ndata.train_limit = 20001", "data.train_limit: found 20001, want 0 to 20000"},
		{"data.set = \"synthetic\"\ndata.test_limit = 1000001", "data.test_limit: found 1000001, want 0 to 1000000"},
		{"data.set = \"tiny-imagenet\"", "data.resize: found 36, want 64 to 512"},
		{"data.resize = 31", "data.resize: found 31, want 32 to 256"},
		{`model.name = "resnet9000"`, `model.name: found "resnet9000", want one of ` + strings.Join(models.Names(), ", ")},
		{`attack.name = "magic"`, `attack.name: found "magic", want one of ` + strings.Join(attacks.Names(), ", ")},
		{"attack.target = 10", "attack.target: found 10, want 0 to 9"},
		{"attack.labels = \"none\"", `attack.labels: found "none", want one of all-to-one, all-to-all`},
		{"attack.name = \"sig\"\nattack.labels = \"all-to-all\"", `attack.labels: found "all-to-all", want one of all-to-one, as the makers of sig label`},
		{"attack.options = [\"red\"]", "attack.options: found [red], want texts of the form name=value"},
		{"[train]\nepochs = 1\nEPOCHS = 2", "line 3: unknown key train.EPOCHS, want one of epochs"},
		{"Seed = 1", "line 1: unknown key Seed, want one of name, seed"},
		{"data = 1", "line 1: data: found a value of TOML's type integer, want a table of fields"},
		{"attack.options = [\"colour=red\"]", `attack.options: unknown option "colour", want one of weight, trigger`},
		{"attack.options = [\"weight=0.1\", \"weight=0.2\"]", "attack.options: found [weight=0.1 weight=0.2], want each option once"},
		{"attack.name = \"sig\"\nattack.options = [\"delta=0\"]", "attack.options: delta is 0, want above 0 and at most 255"},
		{"attack.name = \"wanet\"\nattack.rate = 0.4", "attacks: poison: rate is 0.4 with 2 covers for each: more than there are images of class 1"},
		{"attack.name = \"tact\"\nattack.target = 1", "attacks: poison: target is 1: class 1 would be led to itself"},
		{"attack.rate = 1.5", "attack.rate: found 1.5, want 0 to 1"},
		{"attack.rate = nan", "attack.rate: found NaN"},
		{"attack.weight = 0.0", "attack.weight: found 0"},
		{`attack.mode = "thawed"`, `attack.mode: found "thawed", want one of prototype, frozen`},
		{"train.epochs = 0", "train.epochs: found 0"},
		{"train.batch = 1", "train.batch: found 1"},
		{"train.lr = 0.0", "train.lr: found 0, want more than 0"},
		{"train.lr = inf", "train.lr: found +Inf"},
		{"train.momentum = 1.0", "train.momentum: found 1, want at least 0, less than 1"},
		{"train.weight_decay = -1.0", "train.weight_decay: found -1"},
		{`train.schedule = "warm"`, `train.schedule: found "warm"`},
		{"train.milestones = [5, 5]", "train.milestones: found [5 5], want rising epochs"},
		{"train.gamma = 2.0", "train.gamma: found 2"},
		{`train.keep = "worst"`, `train.keep: found "worst"`},
		{"mmd.lambda = -0.1", "mmd.lambda: found -0.1"},
		{"mmd.warmup = 81", "mmd.warmup: found 81, want 0 to 80"},
		{"train.memory = -1", "train.memory: found -1, want 0 (no bound) or more"},
		{`mmd.regulariser = "hope"`, `mmd.regulariser: found "hope", want one of discriminator, ed, mmd, swd`},
		{`mmd.levels = "s4"`, `mmd.levels: found "s4", want all, last, or some of s1, s2, s3`},
		{`mmd.levels = ""`, `mmd.levels: found ""`},
		{`mmd.estimator = "lucky"`, `mmd.estimator: found "lucky"`},
		{`detect.detectors = ["ac", "xx"]`, `detect.detectors: found "xx", want one of ac, `},
		{`detect.detectors = ["ac", "ss", "ac"]`, `detect.detectors: found "ac" twice, want each name once`},
		{"detect.clean = -1", "detect.clean: found -1"},
		{"detect.train_samples = -1", "detect.train_samples: found -1"},
		{"detect.images = 9", "detect.images: found 9, want 10 to 1000000"},
		{"detect.projections = 0", "detect.projections: found 0"},
	} {
		path := filepath.Join(t.TempDir(), "spec.toml")
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

// The worst specs of the longest length are refused in little memory, and none of
// them takes a time that grows with the square of its length.
func TestSpecsThatAreNoSpecs(t *testing.T) {
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < maxSpec-32; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, text := range []string{
		numbered("[a%d]\n"), numbered("a%d=1\n"), numbered("[[train]]#%d\n"), numbered("train.lr.x%d=1\n"),
		"name" + strings.Repeat(".a", maxSpec/2-8) + "=1", "name=" + strings.Repeat("{a=", maxSpec/3-8), "name={" + numbered("a%d=1,") + "z=1}",
		"attack.options=[" + numbered("{a%d=1},") + "1]", "train.milestones=[" + numbered("%d,") + "0]", `name="` + strings.Repeat(`\u202e`, maxSpec/6-8) + `"`,
	} {
		var err error
		taken := heap.Taken(func() { _, err = parse(Default(), []byte(text)) })
		if err == nil || strings.Contains(err.Error(), "\n") || taken > heap.Most {
			t.Errorf("%.40q…: %d bytes taken, error %.80q", text, taken, err)
		}
	}
}

func TestLevels(t *testing.T) {
	all := []string{"s1", "s2", "s3"}
	for _, c := range []struct {
		text string
		want []int
	}{{"all", []int{0, 1, 2}}, {"last", []int{2}}, {"s2", []int{1}}, {"s3,s1", []int{0, 2}}, {"s1, s1", []int{0}}, {"s1,", nil}, {"first", nil}} {
		got, err := MMDSpec{Levels: c.text}.Positions(all)
		if (err != nil) != (c.want == nil) || !cmp.Equal(got, c.want) && err == nil {
			t.Errorf("levels %q: %v, %v, want %v", c.text, got, err, c.want)
		}
	}
}

// FuzzSpec reads specs: what is refused is refused in one line, and what is
// accepted is the same when it is written and read again.
func FuzzSpec(f *testing.F) {
	f.Add(Default().Encode())
	f.Add([]byte("[train]\nlr = 0.1\nmilestones = [1, 2]\n[mmd]\nlevels = \"s1, s3\""))
	f.Add([]byte("train = {lr = 1e-3, epochs = 0x10}\n\"data\".'set' = \"\"\"synthetic\"\"\"\ndata.resize = 3_6"))
	f.Add([]byte("[[train]]\nseed = 07\nname = nan"))
	f.Add([]byte("attack.options = [\"trigger=a=b\", 'weight=0.5']\nDATA.Dir = \"\\U0010FFFF\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parse(Default(), text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("an error of more than one line: %q", err)
			}
			return
		}
		again, err := parse(Default(), s.Encode())
		if err != nil || again.Hash() != s.Hash() || len(again.Differences(s)) > 0 {
			t.Fatalf("%+v is written and read as %+v, error %v", s, again, err)
		}
	})
}
