package attacks

import (
	"bytes"
	"slices"
	"testing"

	"sdrm/datasets"
)

// TestTaCTPatch: rows and columns 21 to 28 of 32 are the patch, the rest stays.
func TestTaCTPatch(t *testing.T) {
	const channels = 3
	got, want := formula(32, 32), formula(32, 32)
	apply(newAttack(t, "tact", nil), got, 32, 32)
	square := Pattern(8, 8)
	for y := range 8 {
		copy(want[((21+y)*32+21)*channels:], square[y*8*channels:(y+1)*8*channels])
	}
	if !bytes.Equal(got, want) {
		t.Error("the image with the patch is another one")
	}
	small := formula(4, 6)
	apply(newAttack(t, "tact", nil), small, 4, 6)
	for y := range 4 {
		if !bytes.Equal(small[y*6*channels:(y+1)*6*channels], square[y*8*channels:][:6*channels]) {
			t.Errorf("row %d of an image of 4×6 is not the patch's", y)
		}
	}
}

// TestTaCTRoles: the source class is led to the target, images of the cover
// classes keep their label, and ASR counts the source class alone.
func TestTaCTRoles(t *testing.T) {
	p := Poison{Attack: newAttack(t, "tact", Options{"source": "4", "cover": "2,3,9"}), Target: 7, Rate: 0.5, Classes: 10}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	var roles [3][10]int
	for i := range 6000 {
		roles[p.Role(0, i, i%10)][i%10]++
	}
	for label := range 10 {
		poisoned, covers := roles[datasets.Poisoned][label], roles[datasets.Cover][label]
		if label == 4 && (poisoned < 245 || poisoned > 355) || label != 4 && poisoned > 0 {
			t.Errorf("class %d: %d of 600 poisoned", label, poisoned)
		}
		if cover := slices.Contains([]int{2, 3, 9}, label); cover && (covers < 60 || covers > 140) || !cover && covers > 0 {
			t.Errorf("class %d: %d of 600 covers", label, covers)
		}
		if class, counts := p.Wanted(label); counts != (label == 4) || counts && class != 7 {
			t.Errorf("test images of class %d shall be called %d, counted %v", label, class, counts)
		}
	}
}

func TestTaCTErrors(t *testing.T) {
	refuses(t, "tact", []refusal{
		{Options{"source": "cat"}, `attacks: tact: source is "cat", want a whole number from 0 to 999999`},
		{Options{"source": "7"}, "attacks: tact: source is 7, want none of the classes of cover, [5 7]"},
		{Options{"cover": ""}, `attacks: tact: cover is "", want different classes from 0 to 999999 with commas between`},
		{Options{"cover": "5,5"}, `attacks: tact: cover is "5,5", want different classes from 0 to 999999 with commas between`},
		{Options{"cover": "-1"}, `attacks: tact: cover is "-1", want different classes from 0 to 999999 with commas between`},
	})
	for _, c := range []struct {
		target  int
		options Options
		want    string
	}{
		{1, nil, "attacks: poison: target is 1: class 1 would be led to itself, want another"},
		{5, nil, "attacks: poison: target is 5, which is a class of covers: they would teach that the trigger leads there"},
		{0, Options{"source": "10"}, "attacks: poison: options name class 10, want 0 to 9"},
		{0, Options{"cover": "5,12"}, "attacks: poison: options name class 12, want 0 to 9"},
	} {
		p := Poison{Attack: newAttack(t, "tact", c.options), Target: c.target, Rate: 0.1, Classes: 10}
		if err := p.Check(); err == nil || err.Error() != c.want {
			t.Errorf("target %d, %v: error %v, want %s", c.target, c.options, err, c.want)
		}
	}
}
