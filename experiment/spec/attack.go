package spec

import (
	"strconv"
	"strings"

	"sdrm/attacks"
)

// Told returns what the attack is told: attack.weight and attack.trigger, if it
// knows such options, and over them what attack.options says.
func (a AttackSpec) Told() attacks.Options {
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

// pairs tells whether every text is a name=value.
func pairs(list []string) bool {
	for _, pair := range list {
		if name, _, ok := strings.Cut(pair, "="); !ok || name == "" {
			return false
		}
	}
	return true
}
