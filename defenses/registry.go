package defenses

import (
	"cmp"
	"slices"

	"sdrm/internal/registry"
)

// Definition is a detector as its file registers it.
type Definition struct {
	// Order is its place in lists among those with the same unit; equal ones
	// stand by name.
	Order int
	// Title is its name in full, Paper where it comes from, and Defaults says in
	// words by which constants it decides and whose they are, of all variants.
	Title, Paper, Defaults string
	// Variants are all configurations that have a name, the usual one first.
	// register fills them in.
	Variants []Detector
}

var (
	definitions []Definition
	detectors   = registry.New[Detector]("detector") // all variants
)

// register makes a detector known in all variants.
func register(d Definition, variants ...Detector) {
	for _, v := range variants {
		detectors.Add(v.Name(), v)
	}
	d.Variants = variants
	definitions = append(definitions, d)
	slices.SortFunc(definitions, func(a, b Definition) int {
		x, y := a.Variants[0], b.Variants[0]
		return cmp.Or(cmp.Compare(x.Needs().Unit, y.Needs().Unit), cmp.Compare(a.Order, b.Order), cmp.Compare(x.Name(), y.Name()))
	})
}

// Decides says by which constants a variant of the detector decides and whose they
// are.
func (d Definition) Decides(variant Detector) string {
	if own, ok := variant.(interface{ decides() string }); ok {
		return own.decides() + "; " + d.Defaults
	}
	return d.Defaults
}

// All returns the definitions of all detectors: those that inspect latents, then
// those that inspect images, then those that inspect the classes of a model.
func All() []Definition { return slices.Clone(definitions) }

// Names returns the names that New knows, in the order of All.
func Names() (names []string) {
	for _, definition := range definitions {
		for _, d := range definition.Variants {
			names = append(names, d.Name())
		}
	}
	return names
}

// New returns the detector with the given name. The error of an unknown name
// lists the choices.
func New(name string) (Detector, error) { return detectors.Find(name) }
