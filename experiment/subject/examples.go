package subject

import (
	"sdrm/datasets"
	"sdrm/internal/fault"
	"sdrm/internal/imagepair"
)

// An Example is a test image as the model is shown it, without and with the
// trigger.
type Example struct {
	Place int // in the set of test images
	Label int
	imagepair.Pair
}

// Examples returns n of the test images that tell whether the attack succeeded, at
// equal distances in their set, or all if there are fewer.
func (m *Images) Examples(n int) ([]Example, error) {
	all := m.Test.Places(func(label int) bool { _, counts := m.Poison.Wanted(label); return counts })
	n = min(n, len(all))
	places := make([]int, n)
	for i := range places {
		places[i] = all[i*len(all)/n]
	}
	clean, err := m.shown(places, nil)
	if err != nil {
		return nil, err
	}
	triggered, err := m.shown(places, m.Poison.TestEdit())
	if err != nil {
		return nil, err
	}
	for i := range clean {
		clean[i].Changed = triggered[i].Original
	}
	return clean, nil
}

// shown returns the test images at the given places after an edit, as Originals.
func (m *Images) shown(places []int, edit datasets.Edit) ([]Example, error) {
	loader, err := m.Plain(m.Test, places, edit)
	if err != nil {
		return nil, fault.Input(err)
	}
	var out []Example
	it := loader.Epoch(0, 0)
	defer it.Close()
	for b, ok := it.Next(); ok; b, ok = it.Next() {
		pixels := make([]uint8, len(b.Pixels)) // the batch has them as shares of 255
		for i, v := range b.Pixels {
			pixels[i] = uint8(float32(v*255) + 0.5)
		}
		size := b.H * b.W * b.C
		for i := range b.N {
			out = append(out, Example{b.Index[i], b.Original[i],
				imagepair.Pair{H: b.H, W: b.W, C: b.C, Original: pixels[i*size : (i+1)*size]}})
		}
	}
	return out, nil
}
