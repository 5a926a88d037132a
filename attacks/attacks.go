// Package attacks plants backdoors in labelled images. An attack is three
// things: a Trigger, which it puts on images; Victims, whose images those are;
// and Labels, what they are called afterwards. A registry holds the attacks, one
// file each, and Poison is an attack at work on a data set.
package attacks

import (
	"fmt"

	"sdrm/internal/registry"
)

// An Attack is what a registered attack does, told its options.
type Attack struct {
	Trigger Trigger
	Victims Victims
	Labels  Labels
}

// A Recipe is a registered attack.
type Recipe struct {
	Name    string   // what it is called in specs and on the command line
	Title   string   // what its makers call it
	Paper   string   // who made it, and where that is written
	Options []Option // what it can be told

	// AllToAll tells that its makers also lead every class to the next.
	AllToAll bool

	// create returns the attack. Of the options that it is told all are known.
	create func(*told) Attack
}

var recipes = registry.New[Recipe]("attack")

// register makes a recipe one of those that Find finds.
func register(r Recipe) { recipes.Add(r.Name, r) }

// Names returns the names of the attacks in order.
func Names() []string { return recipes.Names() }

// All returns the recipes in the order of their names.
func All() []Recipe { return recipes.All() }

// Find returns the recipe of the given name. The error lists the choices.
func Find(name string) (Recipe, error) { return recipes.Find(name) }

// New returns the attack of the given name. The error says which name or option
// is wrong, and what is expected.
func New(name string, o Options) (Attack, error) {
	r, err := Find(name)
	if err != nil {
		return Attack{}, fmt.Errorf("attacks: %w", err)
	}
	a, err := r.make(&told{recipe: r, options: o})
	if err != nil {
		return Attack{}, fmt.Errorf("attacks: %s: %w", name, err)
	}
	return a, nil
}

// Unread returns the attack as New does, but opens no file that an option names: its
// trigger is of no use, and its victims and labels are the attack's.
func (r Recipe) Unread(o Options) (Attack, error) {
	return r.make(&told{recipe: r, options: o, unread: true})
}

// make returns the attack of what it is told.
func (r Recipe) make(t *told) (Attack, error) {
	if err := r.checkNames(t.options); err != nil {
		return Attack{}, err
	}
	a := r.create(t)
	return a, t.err
}
