package subject

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sdrm/experiment/spec"
	"sdrm/models"
)

// The names that Activations knows beside those of mmd.levels.
const (
	EveryReLU   = "relu"  // all ReLUs of the model
	NamedLevels = "named" // the levels of the model, as spec.AllLevels: those that training can regularise
)

// Levels returns the levels of the model.
func (x *Subject) Levels() []models.Activation {
	return slices.DeleteFunc(x.Model.Activations(), func(a models.Activation) bool { return !a.Level })
}

// Activations returns what names asks for: EveryReLU, NamedLevels, what mmd.levels may
// be, or names of single ones with commas. The error is a *spec.FieldError of levels.
func (x *Subject) Activations(names string) ([]models.Activation, error) {
	all := x.Model.Activations()
	switch names {
	case EveryReLU:
		return all, nil
	case NamedLevels, spec.AllLevels:
		return x.Levels(), nil
	case spec.LastLevel:
		levels := x.Levels()
		return levels[len(levels)-1:], nil
	}
	var known []string
	for _, a := range all {
		known = append(known, a.Name)
	}
	places, unknown := spec.Chosen(known, names)
	if len(unknown) > 0 {
		return nil, &spec.FieldError{Field: "levels", Found: strconv.Quote(names),
			Want: fmt.Sprintf("%s, %s, %s, %s, or some of %s with commas", EveryReLU, NamedLevels, spec.AllLevels, spec.LastLevel, strings.Join(known, ", "))}
	}
	var out []models.Activation
	for _, i := range places {
		out = append(out, all[i])
	}
	return out, nil
}

// Regularised returns the names of the levels whose distance, the regulariser's, is part
// of the loss.
func (x *Subject) Regularised() []string {
	m := x.Spec.MMD
	if m.Lambda == 0 {
		return nil
	}
	at, err := m.Positions(x.Model.Levels)
	if err != nil {
		panic("subject: Regularised: the spec was not validated")
	}
	var out []string
	for _, i := range at {
		out = append(out, x.Model.Levels[i])
	}
	return out
}
