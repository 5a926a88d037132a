package attacks

import (
	"bytes"
	"os"
	"testing"

	"sdrm/datasets"
)

// goldenImage is an image of formula with a trigger: its size, its place in its set,
// what it becomes, and what the attack is told. It is drawn in epoch 2 of seed 9.
type goldenImage struct {
	h, w, c int
	index   int
	role    datasets.Role
	test    bool
	options Options
}

// equalsGolden compares the images that an attack makes with those of a file,
// which stand there behind each other.
func equalsGolden(t *testing.T, name, file string, cases []goldenImage) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range cases {
		m := Image{Pixels: formula(g.h, g.w)[:g.h*g.w*g.c], H: g.h, W: g.w, C: g.c, Index: g.index, Role: g.role, Test: g.test, seed: 9, epoch: 2}
		newAttack(t, name, g.options).Trigger.Apply(m)
		if len(want) < len(m.Pixels) {
			t.Fatalf("%s is too short", file)
		}
		if !bytes.Equal(m.Pixels, want[:len(m.Pixels)]) {
			t.Errorf("%d×%d×%d, role %d, %v: other pixels than those of %s", g.h, g.w, g.c, g.role, g.options, file)
		}
		want = want[len(m.Pixels):]
	}
	if len(want) > 0 {
		t.Errorf("%d bytes of %s are left", len(want), file)
	}
}

// refusal is what an attack must not be told, and the error.
type refusal struct {
	options Options
	want    string
}

func refuses(t *testing.T, name string, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		if a, err := New(name, c.options); err == nil || err.Error() != c.want || a.Trigger != nil {
			t.Errorf("%v: error %v, want %s", c.options, err, c.want)
		}
	}
}
