package spec

import (
	"fmt"
	"strconv"
	"strings"

	"sdrm/attacks"
)

// Control tells whether no image is poisoned: what is trained is a clean model.
func (a AttackSpec) Control() bool { return a.Name == attacks.None || a.Rate == 0 }

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
	for _, pair := range list {
		if !strings.Contains(pair, "=") {
			return "texts of the form name=value", nil
		}
	}
	recipe, err := attacks.Find(s.Attack.Name)
	if err == nil {
		err = recipe.Check(s.Attack.AllOptions())
	}
	if err != nil {
		err = fmt.Errorf("attack.options: %w", err)
	}
	return "", err
}
