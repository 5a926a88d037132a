// Package registry holds things by their names.
package registry

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Of is a registry of things of a type. Things are added while the program
// starts, and read afterwards by any goroutine.
type Of[T any] struct {
	kind   string // what such a thing is called
	things map[string]T
}

// New returns an empty registry of things that are called kind.
func New[T any](kind string) *Of[T] { return &Of[T]{kind, map[string]T{}} }

// Add adds a thing. A name that is empty or not the first of its kind panics.
func (r *Of[T]) Add(name string, thing T) {
	if _, twice := r.things[name]; twice || name == "" {
		panic(fmt.Sprintf("registry: %s %q has no name, or not one of its own", r.kind, name))
	}
	r.things[name] = thing
}

// Names returns the names in order, numbers in them by their value.
func (r *Of[T]) Names() []string { return slices.SortedFunc(maps.Keys(r.things), compare) }

// compare orders names: vgg5 comes before vgg11.
func compare(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = part(a)
		y, b = part(b)
		m, notNumber := strconv.Atoi(x)
		n, noNumber := strconv.Atoi(y)
		c := cmp.Compare(x, y)
		if notNumber == nil && noNumber == nil {
			c = cmp.Or(cmp.Compare(m, n), c)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// part cuts the digits or the other characters off that a name begins with.
func part(name string) (first, rest string) {
	isDigit := func(r rune) bool { return '0' <= r && r <= '9' }
	digits := isDigit(rune(name[0]))
	end := strings.IndexFunc(name, func(r rune) bool { return isDigit(r) != digits })
	if end < 0 {
		end = len(name)
	}
	return name[:end], name[end:]
}

// All returns the things in the order of their names.
func (r *Of[T]) All() []T {
	var all []T
	for _, name := range r.Names() {
		all = append(all, r.things[name])
	}
	return all
}

// Find returns the thing of a name. The error lists the choices.
func (r *Of[T]) Find(name string) (T, error) {
	thing, ok := r.things[name]
	if !ok {
		return thing, fmt.Errorf("unknown %s %q, want one of %s", r.kind, name, strings.Join(r.Names(), ", "))
	}
	return thing, nil
}
