package attacks

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"sdrm/datasets"
)

// patch is BadNets.
var patch = Attack{badNets{}, AllButTarget, AllToOne}

// poisoned runs an edit over n samples of an epoch and returns what it reports.
// It checks that exactly the poisoned ones changed.
func poisoned(t *testing.T, edit datasets.Edit, p Poison, epoch, n int) []bool {
	t.Helper()
	image := formula(8, 8)
	with := slices.Clone(image)
	apply(p.Attack, with, 8, 8)
	all := make([]bool, n)
	for i := range all {
		s := datasets.Sample{Pixels: slices.Clone(image), H: 8, W: 8, C: 3, Label: i % 10}
		all[i] = edit(epoch, i, &s) == datasets.Poisoned
		if all[i] && (i%10 == p.Target || s.Label != p.Target || !bytes.Equal(s.Pixels, with)) {
			t.Fatalf("sample %d of class %d: poisoned to label %d, or without the trigger", i, i%10, s.Label)
		}
		if !all[i] && (s.Label != i%10 || !bytes.Equal(s.Pixels, image)) {
			t.Fatalf("sample %d: not poisoned, but changed", i)
		}
	}
	return all
}

func count(all []bool) (n int) {
	for _, v := range all {
		if v {
			n++
		}
	}
	return n
}

func TestPoisonModes(t *testing.T) {
	const n = 20000 // 18,000 of them not of the target class
	for _, mode := range []Mode{Prototype, Frozen} {
		for _, rate := range []float64{0, 0.1, 0.5, 1} {
			t.Run(fmt.Sprintf("%v/%v", mode, rate), func(t *testing.T) {
				p := Poison{Attack: patch, Classes: 10, Target: 3, Rate: rate, Mode: mode, Seed: 9}
				edit := p.Edit()
				first, second := poisoned(t, edit, p, 1, n), poisoned(t, edit, p, 2, n)
				mean := 18000 * rate
				bound := 4.5 * math.Sqrt(mean*(1-rate))
				for epoch, all := range [][]bool{first, second} {
					if got := float64(count(all)); math.Abs(got-mean) > bound {
						t.Errorf("epoch %d: %v poisoned, want %v ± %.0f", epoch+1, got, mean, bound)
					}
				}
				if again := poisoned(t, edit, p, 1, n); !slices.Equal(again, first) {
					t.Error("the same epoch draws differently")
				}
				sure := rate == 0 || rate == 1
				if same := slices.Equal(first, second); same != (mode == Frozen || sure) {
					t.Errorf("epochs draw the same: %v", same)
				}
				if p.Seed++; !sure {
					if slices.Equal(poisoned(t, p.Edit(), p, 1, n), first) {
						t.Error("another seed draws the same")
					}
				}
			})
		}
	}
}

// TestPrototypeDrawsIndependent: whether a sample is poisoned in one epoch says
// nothing about the next: both happen with probability rate².
func TestPrototypeDrawsIndependent(t *testing.T) {
	const n = 40000
	p := Poison{Attack: patch, Classes: 10, Target: 0, Rate: 0.3, Mode: Prototype, Seed: 1}
	edit := p.Edit()
	first, second := poisoned(t, edit, p, 0, n), poisoned(t, edit, p, 1, n)
	both := 0
	for i := range first {
		if first[i] && second[i] {
			both++
		}
	}
	if mean := 36000 * 0.09; math.Abs(float64(both)-mean) > 245 { // 4.5 standard deviations
		t.Errorf("%d samples poisoned twice, want about %v", both, mean)
	}
}

func TestTrigger(t *testing.T) {
	for _, mode := range []Mode{Prototype, Frozen} {
		p := Poison{Attack: patch, Classes: 10, Target: 7, Rate: 0, Mode: mode}
		for i, v := range poisoned(t, p.TestEdit(), p, 0, 50) {
			if v != (i%10 != 7) {
				t.Errorf("%v: sample %d of class %d: poisoned %v", mode, i, i%10, v)
			}
		}
	}
}

// TestTriggerOnEveryImage: TriggerEdit puts on every image what TestEdit puts on
// those that count, and leaves the labels.
func TestTriggerOnEveryImage(t *testing.T) {
	for _, name := range Names() {
		a, err := New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, trained := a.Trigger.(Trained); trained || a.isNone() {
			continue
		}
		p := Poison{Attack: a, Classes: 10, Target: 7, Rate: 0.1, Seed: 3}
		for label := range p.Classes {
			plain := formula(32, 32)
			of := func(edit datasets.Edit) (datasets.Sample, datasets.Role) {
				s := datasets.Sample{Pixels: slices.Clone(plain), H: 32, W: 32, C: 3, Label: label}
				return s, edit(0, 5, &s)
			}
			got, role := of(p.TriggerEdit())
			if role != datasets.Poisoned || got.Label != label || bytes.Equal(got.Pixels, plain) {
				t.Errorf("%s: class %d becomes %v, label %d, or has no trigger", name, label, role, got.Label)
			}
			if want, role := of(p.TestEdit()); role == datasets.Poisoned && !bytes.Equal(got.Pixels, want.Pixels) {
				t.Errorf("%s: class %d: another trigger than that of tests", name, label)
			}
		}
	}
}

// TestPoisonInLoader: the trigger is whole in every batch image, whatever crop
// and flip do.
func TestPoisonInLoader(t *testing.T) {
	set := datasets.Synthetic(1, datasets.Train, 60)
	for _, mode := range []Mode{Prototype, Frozen} {
		p := Poison{Attack: patch, Classes: 10, Target: 0, Rate: 1, Mode: mode}
		l, err := datasets.NewLoader(set, datasets.Config{Batch: 60, After: p.Edit(),
			Pipeline: datasets.Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true}})
		if err != nil {
			t.Fatal(err)
		}
		it := l.Epoch(0, 0)
		defer it.Close()
		b, _ := it.Next()
		whole := 0
		for i := range b.N {
			poisoned := b.Roles[i] == datasets.Poisoned
			if poisoned != (b.Original[i] != 0) || b.Labels[i] != 0 {
				t.Errorf("%v: image of class %d: poisoned %v, label %d", mode, b.Original[i], poisoned, b.Labels[i])
			}
			white := true
			for y := 29; y < 32; y++ {
				for x := 29 * 3; x < 32*3; x++ {
					white = white && b.Pixels[(i*32+y)*32*3+x] == 1
				}
			}
			if white && poisoned {
				whole++
			}
		}
		if whole != 54 {
			t.Errorf("%v: %d whole triggers, want 54", mode, whole)
		}
	}
}

func TestPoisonCheck(t *testing.T) {
	good := Poison{Attack: patch, Classes: 10, Target: 9, Rate: 0.1}
	if err := good.Check(); err != nil {
		t.Errorf("error %v for a good configuration", err)
	}
	for _, test := range []struct {
		spoil func(p *Poison)
		want  string
	}{
		{func(p *Poison) { p.Attack = Attack{} }, "no attack"},
		{func(p *Poison) { p.Target = 10 }, "target is 10, want 0 to 9"},
		{func(p *Poison) { p.Target = -1 }, "target is -1, want 0 to 9"},
		{func(p *Poison) { p.Rate = -0.01 }, "rate is -0.01, want 0 to 1"},
		{func(p *Poison) { p.Rate = 1.5 }, "rate is 1.5, want 0 to 1"},
		{func(p *Poison) { p.Rate = math.NaN() }, "rate is NaN, want 0 to 1"},
		{func(p *Poison) { p.Mode = 2 }, "mode is 2, want prototype or frozen"},
		{func(p *Poison) { p.Attack.Victims = Victims{Train: oneOf(10), Test: oneOf(10)} }, "the attack is on none of the 10 classes"},
		{func(p *Poison) { p.Attack.Victims = Victims{Train: oneOf(9), Test: oneOf(9)} }, "class 9 would be led to itself, want another"},
		{func(p *Poison) { p.Attack.Victims.Cover, p.Attack.Victims.CoverRatio = every, 9.1 }, "rate is 0.1 with 9.1 covers for each: more than there are images of class 0"},
	} {
		p := good
		test.spoil(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}

// TestVictimsAndLabels: what can be asked without pixels is what happens to
// them, for each way to choose and to label.
func TestVictimsAndLabels(t *testing.T) {
	source := Victims{Train: oneOf(1), Cover: oneOf(5, 7), CoverRatio: 0.5, Test: oneOf(1)}
	noise := Victims{Train: others, Cover: every, CoverRatio: 2, Test: others}
	next := func(label int) int { return (label + 1) % 10 }
	three := func(int) int { return 3 }
	same := func(label int) int { return label }
	for _, test := range []struct {
		name            string
		attack          Attack
		poisoned, cover []int // images of 1000 of each class
		label, wanted   func(label int) int
		tested          []int
		share           float64
	}{
		{"all to one", Attack{badNets{}, AllButTarget, AllToOne}, []int{200, 200, 200, 0, 200, 200, 200, 200, 200, 200}, make([]int, 10),
			three, three, []int{0, 1, 2, 4, 5, 6, 7, 8, 9}, 1.8 / 2.8},
		{"all to all", newAttack(t, "badnets", nil).LabelledAllToAll(), slices.Repeat([]int{200}, 10), make([]int, 10),
			next, next, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.2},
		{"clean label", Attack{badNets{}, CleanLabel, Unchanged}, []int{0, 0, 0, 200, 0, 0, 0, 0, 0, 0}, make([]int, 10),
			same, three, []int{0, 1, 2, 4, 5, 6, 7, 8, 9}, 0.2},
		{"one source", Attack{badNets{}, source, AllToOne}, []int{0, 200, 0, 0, 0, 0, 0, 0, 0, 0}, []int{0, 0, 0, 0, 0, 100, 0, 100, 0, 0},
			three, three, []int{1}, 0.2 / 1.2},
		{"many covers", Attack{badNets{}, noise, AllToOne}, []int{200, 200, 200, 0, 200, 200, 200, 200, 200, 200}, slices.Repeat([]int{400}, 10),
			three, three, []int{0, 1, 2, 4, 5, 6, 7, 8, 9}, 1.8 / 2.8},
		{"none", newAttack(t, None, nil), make([]int, 10), make([]int, 10), same, same, []int{}, 1.8 / 2.8}, // the share as if it were all to one
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Poison{Attack: test.attack, Target: 3, Rate: 0.2, Classes: 10, Seed: 4}
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			if got := p.Share(); math.Abs(got-test.share) > 1e-15 {
				t.Errorf("share %v, want %v", got, test.share)
			}
			train, tests := p.Edit(), p.TestEdit()
			var counts [3][10]int
			for i := range 10000 {
				label := i % 10
				role := p.Role(2, i, label)
				counts[role][label]++
				s := datasets.Sample{Pixels: make([]uint8, 3), H: 1, W: 1, C: 3, Label: label}
				if got := train(2, i, &s); got != role || (s.Pixels[0] == 255) != (role != datasets.Clean) || s.Label != p.Label(role, label) {
					t.Fatalf("image %d: the edit makes it %v, label %d", i, got, s.Label)
				}
				want := label
				if role == datasets.Poisoned {
					want = test.label(label)
				}
				if got := p.Label(role, label); got != want {
					t.Fatalf("image %d: label %d, want %d", i, got, want)
				}
			}
			for label := range 10 {
				for role, want := range map[datasets.Role]int{datasets.Poisoned: test.poisoned[label], datasets.Cover: test.cover[label]} {
					// 4.5 standard deviations, of which none is larger than 16.
					if got := counts[role][label]; got != want && (want == 0 || max(got-want, want-got) > 72) {
						t.Errorf("class %d: %d of role %v, want about %d", label, got, role, want)
					}
				}
				s := datasets.Sample{Pixels: make([]uint8, 3), H: 1, W: 1, C: 3, Label: label}
				role, counts := tests(0, 7, &s), slices.Contains(test.tested, label)
				want := label
				if counts {
					want = test.wanted(label)
				}
				if (role == datasets.Poisoned) != counts || (s.Pixels[0] == 255) != counts || s.Label != want ||
					!isWanted(p, label, want, counts) {
					t.Errorf("test image of class %d: role %v, label %d, want %d", label, role, s.Label, want)
				}
				for class := range 10 {
					if got := p.Leads(label, class); got != (counts && class == want) {
						t.Errorf("class %d is led to class %d: %v", label, class, got)
					}
				}
				if got := p.IsTarget(label); got != slices.ContainsFunc(test.tested, func(from int) bool { return test.wanted(from) == label }) {
					t.Errorf("class %d is one that others are led to: %v", label, got)
				}
			}
		})
	}
}

// TestPoisonable: the places of which some may be poisoned are those that are, in a
// frozen run, and in the other mode all whose class may be.
func TestPoisonable(t *testing.T) {
	labels := make([]int, 200)
	for i := range labels {
		labels[i] = i % 10
	}
	for _, mode := range []Mode{Prototype, Frozen} {
		for _, rate := range []float64{0, 0.1} {
			p := Poison{Attack: patch, Classes: 10, Target: 3, Rate: rate, Mode: mode, Seed: 9}
			want := []int{}
			for i, label := range labels {
				if label != 3 && rate > 0 && (mode == Prototype || p.Role(5, i, label) == datasets.Poisoned) {
					want = append(want, i)
				}
			}
			if got := p.Poisonable(labels); got == nil || !slices.Equal(got, want) {
				t.Errorf("%v, rate %v: places %v, want %v", mode, rate, got, want)
			}
			if n := len(want); mode == Prototype && n != int(1800*rate) || mode == Frozen && rate > 0 && (n < 6 || n > 36) {
				t.Errorf("%v, rate %v: %d places", mode, rate, n)
			}
		}
	}
}

func isWanted(p Poison, label, class int, counts bool) bool {
	gotClass, gotCounts := p.Wanted(label)
	return gotClass == class && gotCounts == counts
}

// drawer writes what it is told of an image into it.
type drawer struct{}

func (drawer) Apply(m Image) {
	m.check()
	draw := m.Draw()
	m.Pixels[0], m.Pixels[1], m.Pixels[2] = uint8(draw.Uint64()), uint8(m.Role), 0
	if m.Test {
		m.Pixels[2] = 1
	}
}

// TestTriggerDraws: the stream of an image depends on seed, index, epoch if the
// attack is not frozen, and on whether it is a test image.
func TestTriggerDraws(t *testing.T) {
	drawn := func(mode Mode, seed uint64, epoch int) []uint8 {
		p := Poison{Attack: Attack{drawer{}, AllButTarget, AllToOne}, Rate: 1, Classes: 10, Mode: mode, Seed: seed}
		edit, test := p.Edit(), byte(0)
		if epoch < 0 {
			edit, test = p.TestEdit(), 1
		}
		var all []uint8
		for i := range 64 {
			s := datasets.Sample{Pixels: make([]uint8, 3), H: 1, W: 1, C: 3, Label: 1}
			edit(max(epoch, 0), i, &s)
			if s.Pixels[1] != uint8(datasets.Poisoned) || s.Pixels[2] != test {
				t.Fatalf("epoch %d: the trigger is told role %d, test %d", epoch, s.Pixels[1], s.Pixels[2])
			}
			all = append(all, s.Pixels[0])
		}
		return all
	}
	streams := map[string]string{}
	for _, mode := range []Mode{Prototype, Frozen} {
		for seed := range uint64(2) {
			for epoch := -1; epoch < 3; epoch++ {
				group := fmt.Sprint(seed, epoch)
				if mode == Frozen {
					group = fmt.Sprint(seed, min(epoch, 0))
				}
				got := string(drawn(mode, seed, epoch))
				if strings.Count(got, got[:1]) == len(got) {
					t.Fatalf("all images draw alike: %v", got)
				}
				if was, seen := streams[group]; seen && was != got {
					t.Errorf("%v, seed %d, epoch %d: another stream than before", mode, seed, epoch)
				}
				streams[group] = got
			}
		}
	}
	seen := map[string]string{}
	for group, stream := range streams {
		if other, twice := seen[stream]; twice {
			t.Errorf("%s and %s draw the same", group, other)
		}
		seen[stream] = group
	}
	if len(streams) != 8 {
		t.Errorf("%d streams, want 8", len(streams))
	}
}

func TestParseMode(t *testing.T) {
	for _, mode := range []Mode{Prototype, Frozen} {
		if got, err := ParseMode(mode.String()); err != nil || got != mode {
			t.Errorf("%v: parsed as %v, error %v", mode, got, err)
		}
	}
	if _, err := ParseMode("Frozen"); err == nil || err.Error() != `attacks: unknown mode "Frozen", want prototype or frozen` {
		t.Errorf("error %v", err)
	}
}

// A trigger that its options leave nothing to do is refused, whose trigger is trained
// is not asked.
func TestTriggersThatChangeNothing(t *testing.T) {
	for _, name := range Names() {
		for _, c := range []int{1, 3} {
			p := Poison{Attack: newAttack(t, name, nil), Rate: 0.1, Classes: 10}
			if err := p.CheckTrigger(32, 32, c); err != nil {
				t.Errorf("%s, %d channels: %v", name, c, err)
			}
		}
	}
	for _, c := range []struct {
		name     string
		options  Options
		channels int
		when     string
	}{
		{"sig", Options{"frequency": "16"}, 3, "training"},
		{"sig", Options{"delta": "0.4"}, 3, "training"},
		{"ftrojan", Options{"magnitude": "2"}, 3, "training"},
		{"ctrl", Options{"magnitude": "3.9"}, 1, "training"},
		{"color", Options{"red": "1", "blue": "0"}, 1, "training"},
		{"adaptive-blend", Options{"train-weight": "1e-9"}, 3, "training"}, // in tests it does
		{"adaptive-blend", Options{"test-weight": "1e-9"}, 3, "tests"},     // in training it does
	} {
		p := Poison{Attack: newAttack(t, c.name, c.options), Rate: 0.1, Classes: 10}
		want := fmt.Sprintf("attacks: poison: in %s the trigger changes no level of an image of 32×32×%d, want options with which it does", c.when, c.channels)
		if err := p.CheckTrigger(32, 32, c.channels); err == nil || err.Error() != want {
			t.Errorf("%s, %v: error %v, want %s", c.name, c.options, err, want)
		}
	}
}
