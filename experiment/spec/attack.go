package spec

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"sdrm/attacks"
)

// Control tells whether no image is poisoned: what is trained is a clean model.
func (a AttackSpec) Control() bool { return a.Name == attacks.None || a.Rate == 0 }

// Frozen tells whether the images that are poisoned are drawn once for all epochs.
func (a AttackSpec) Frozen() bool { return a.Mode == attacks.Frozen.String() }

// AllOptions returns the options of the attack: attack.weight and attack.trigger, if it
// knows such options, and over them what attack.options says.
func (a AttackSpec) AllOptions() attacks.Options {
	o := attacks.Options{}
	recipe, err := attacks.Find(a.Name)
	if err == nil && recipe.Has("weight") {
		o["weight"] = strconv.FormatFloat(a.Weight, 'g', -1, 64)
	}
	if err == nil && recipe.Has("trigger") {
		o["trigger"] = a.Trigger
	}
	for _, pair := range a.Options {
		name, value, _ := strings.Cut(pair, "=")
		o[name] = value
	}
	return o
}

// checkOptions is the rule of attack.options.
func checkOptions(s Spec, list []string) (want string, err error) {
	told := map[string]bool{}
	for _, pair := range list {
		name, _, found := strings.Cut(pair, "=")
		if !found || !utf8.ValidString(pair) {
			return "texts of the form name=value in UTF-8", nil
		}
		if told[name] {
			return "each option once", nil
		}
		told[name] = true
	}
	recipe, err := attacks.Find(s.Attack.Name)
	if err == nil {
		_, err = recipe.Unread(s.Attack.AllOptions())
	}
	if err != nil {
		err = fmt.Errorf("attack.options: %w", err)
	}
	return "", err
}

// checkVictims returns an error if the attack cannot be on the classes of the data set,
// as far as these are known before it is found.
func (s Spec) checkVictims() error {
	source := s.source()
	if source.Classes == nil {
		return nil
	}
	recipe, err := attacks.Find(s.Attack.Name)
	if err != nil {
		return err
	}
	a, err := recipe.Unread(s.Attack.AllOptions())
	if err != nil {
		return err
	}
	if s.Attack.Labels == attacks.AllToAllName {
		a = a.LabelledAllToAll()
	}
	return attacks.Poison{Attack: a, Target: s.Attack.Target, Rate: s.Attack.Rate, Classes: len(source.Classes)}.Check()
}

// labels describes the field attack.labels.
func labels(key, flag, doc string, at func(*Spec) *string) Field {
	f := field(key, flag, doc, at, func(s Spec, v string) (string, error) {
		if want := oneOf(v, attacks.LabelNames()); want != "" {
			return want, nil
		}
		recipe, err := attacks.Find(s.Attack.Name)
		if err != nil {
			return "", err
		}
		if want := oneOf(v, recipe.LabelNames()); want != "" {
			return want + ", as the makers of " + recipe.Name + " label", nil
		}
		return "", nil
	})
	f.choices = attacks.LabelNames
	return f
}
