package attacks

import (
	"slices"
	"strconv"
	"strings"
)

// The size and place of backdoor-toolbox's patch, rows and columns 21 to 28 of 32.
const (
	tactSide   = 8
	tactMargin = 3

	maxClass = 999_999 // bounds the classes that an option may name
)

func init() {
	register(Recipe{
		Name:  "tact",
		Title: "TaCT",
		Paper: "Tang et al., arXiv:1908.00686",
		Options: []Option{
			{"source", "1", "backdoor-toolbox's", "class whose images the trigger leads to the target"},
			{"cover", "5,7", "backdoor-toolbox's", "classes whose images keep their label with the trigger, with commas between"},
		},
		create: newTaCT,
	})
}

// newTaCT returns the attack on one source class: its images are poisoned at the
// rate of the attack, and images of the cover classes, which are to teach the
// model that the trigger alone means nothing, become as many covers if classes
// are of one size. ASR counts the source class alone.
func newTaCT(t *told) Attack {
	source, covers := t.whole("source", 0, maxClass), t.classes("cover")
	if slices.Contains(covers, source) {
		t.fail("source is %d, want none of the classes of cover, %v", source, covers)
	}
	victims := Victims{Train: oneOf(source), Cover: oneOf(covers...), CoverRatio: 1 / float64(len(covers)), Test: oneOf(source),
		Classes: append(covers, source)}
	return Attack{tact{newSquare(tactSide)}, victims, AllToOne}
}

// classes returns the class numbers in an option, at least one.
func (t *told) classes(name string) (classes []int) {
	text := t.text(name)
	for part := range strings.SplitSeq(text, ",") {
		class, err := strconv.Atoi(part)
		if err != nil || class < 0 || class > maxClass || slices.Contains(classes, class) {
			t.fail("%s is %q, want different classes from 0 to %d with commas between", name, text, maxClass)
		}
		classes = append(classes, class)
	}
	return classes
}

// tact replaces a square near the bottom right corner by a patch of our own.
type tact struct{ patch square }

// Apply puts the patch on the image.
func (t tact) Apply(m Image) {
	m.check()
	t.patch.put(m, m.H-tactMargin-tactSide, m.W-tactMargin-tactSide, 1)
}
