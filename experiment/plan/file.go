package plan

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"sdrm/experiment/spec"
	"sdrm/internal/plain"
)

// file is what a plan's file says.
type file struct {
	base     spec.Spec
	axes     []Axis
	exclude  []condition
	override []override
}

// condition holds where each of some axes has one of some values.
type condition []oneOf

type oneOf struct {
	axis   int
	values []any
}

func (c condition) holds(values []any) bool {
	return !slices.ContainsFunc(c, func(o oneOf) bool { return !contains(o.values, values[o.axis]) })
}

// override sets fields that are no axes where a condition holds.
type override struct {
	when condition
	set  []setting
}

type setting struct {
	field spec.Field
	value any
}

// tables is the layout of the file.
type tables struct {
	Base     map[string]any   `toml:"base"`
	Axes     map[string]any   `toml:"axes"`
	Exclude  []map[string]any `toml:"exclude"`
	Override []map[string]any `toml:"override"` // of tables when and set
}

// shown returns a key or a value as errors show it, on one line.
func shown(v any) string { return plain.Line(fmt.Sprint(v)) }

// unknown returns an error for a key of a table that is none of keys.
func unknown(table map[string]any, keys ...string) error {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("unknown key %s, want one of %s", shown(key), strings.Join(keys, ", "))
		}
	}
	return nil
}

// table returns the table that a key of another one has, nil if it is not there.
func table(of map[string]any, key string) (map[string]any, error) {
	switch v := of[key].(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return v, nil
	default:
		return nil, fmt.Errorf("%s: found %s, want a table", key, shown(v))
	}
}

func decode(text []byte) (*file, error) {
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		return nil, spec.Explain(err)
	}
	if err := unknown(all, "base", "axes", "exclude", "override"); err != nil {
		return nil, err
	}
	var t tables
	if err := toml.Unmarshal(text, &t); err != nil {
		return nil, spec.Explain(err)
	}
	f := &file{base: spec.Default()}
	base, err := settings(t.Base)
	for _, s := range base {
		if err == nil {
			err = s.field.SetValue(&f.base, s.value)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	if f.axes, err = readAxes(t.Axes); err != nil {
		return nil, fmt.Errorf("axes: %w", err)
	}
	for _, e := range t.Exclude {
		c, err := f.condition(e)
		if err != nil {
			return nil, fmt.Errorf("exclude: %w", err)
		}
		f.exclude = append(f.exclude, c)
	}
	for _, o := range t.Override {
		if err := unknown(o, "when", "set"); err != nil {
			return nil, fmt.Errorf("override: %w", err)
		}
		where, err := table(o, "when")
		if err != nil {
			return nil, fmt.Errorf("override: %w", err)
		}
		when, err := f.condition(where)
		if err != nil {
			return nil, fmt.Errorf("override: when: %w", err)
		}
		values, err := table(o, "set")
		if err != nil {
			return nil, fmt.Errorf("override: %w", err)
		}
		set, err := settings(values)
		if err == nil && len(set) == 0 {
			err = errors.New("found nothing, want fields with their values")
		}
		for _, s := range set {
			if f.axis(s.field.Key) >= 0 {
				err = fmt.Errorf("%s: is an axis, which gives its values", s.field.Key)
			} else if err == nil {
				_, err = typed(s.field, s.value)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("override: set: %w", err)
		}
		f.override = append(f.override, override{when, set})
	}
	return f, nil
}

// axis returns which axis has the key, -1 if none has.
func (f *file) axis(key string) int {
	return slices.IndexFunc(f.axes, func(a Axis) bool { return a.Key == key })
}

// settings returns the fields that a table sets, in the order of their keys. That
// of the name is refused, as names are made from the values of the axes.
func settings(table map[string]any) ([]setting, error) {
	flat := map[string]any{}
	if err := flatten("", table, flat); err != nil {
		return nil, err
	}
	var out []setting
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		if key == "name" {
			return nil, errors.New("name: cannot be set: cells are named by the values of the axes")
		}
		field, err := spec.Find(key)
		if err != nil {
			return nil, err
		}
		out = append(out, setting{field, flat[key]})
	}
	return out, nil
}

// isTable tells whether some fields of the spec are in a table of that name.
func isTable(name string) bool {
	return slices.ContainsFunc(spec.Fields, func(f spec.Field) bool { return strings.HasPrefix(f.Key, name+".") })
}

// flatten joins the keys of tables inside tables with dots. An empty table that no field
// is in stays, as what is no field.
func flatten(prefix string, table, into map[string]any) error {
	for key, v := range table {
		key = prefix + key
		if inner, ok := v.(map[string]any); ok && (len(inner) > 0 || isTable(key)) {
			if err := flatten(key+".", inner, into); err != nil {
				return err
			}
			continue
		}
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s: is there twice", shown(key))
		}
		into[key] = v
	}
	return nil
}

// readAxes returns the axes in the order of the spec's fields, the seed last.
func readAxes(table map[string]any) ([]Axis, error) {
	lists, err := settings(table)
	if err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return nil, errors.New("found none, want fields with lists of values")
	}
	var axes []Axis
	for _, l := range lists {
		list, ok := l.value.([]any)
		if !ok || len(list) == 0 {
			return nil, fmt.Errorf("%s: found %s, want a list of values", l.field.Key, shown(l.value))
		}
		a := Axis{Key: l.field.Key, field: l.field}
		for _, v := range list {
			v, err := typed(l.field, v)
			if err != nil {
				return nil, err
			}
			if contains(a.Values, v) {
				return nil, fmt.Errorf("%s: %s is there twice", a.Key, shown(v))
			}
			a.Values = append(a.Values, v)
		}
		axes = append(axes, a)
	}
	slices.SortFunc(axes, func(a, b Axis) int { return a.order() - b.order() })
	return axes, nil
}

func (a Axis) order() int {
	if a.Key == "seed" {
		return len(spec.Fields)
	}
	return slices.IndexFunc(spec.Fields, func(f spec.Field) bool { return f.Key == a.Key })
}

// typed returns a decoded value as the field holds it.
func typed(f spec.Field, v any) (any, error) {
	var s spec.Spec
	err := f.SetValue(&s, v)
	return f.Value(s), err
}

// place returns where a value stands in a list, -1 if it does not.
func place(list []any, v any) int {
	return slices.IndexFunc(list, func(w any) bool { return reflect.DeepEqual(v, w) })
}

func contains(list []any, v any) bool { return place(list, v) >= 0 }

// condition reads which values of which axes are meant: each key is an axis, its
// value one of the axis's or a list of such.
func (f *file) condition(table map[string]any) (condition, error) {
	flat := map[string]any{}
	if err := flatten("", table, flat); err != nil {
		return nil, err
	}
	if len(flat) == 0 {
		return nil, errors.New("found nothing, want axes with values of theirs")
	}
	var c condition
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		i := f.axis(key)
		if i < 0 {
			var keys []string
			for _, a := range f.axes {
				keys = append(keys, a.Key)
			}
			return nil, fmt.Errorf("%s: is no axis, want one of %s", shown(key), strings.Join(keys, ", "))
		}
		values, err := f.axes[i].some(flat[key])
		if err != nil {
			return nil, err
		}
		c = append(c, oneOf{i, values})
	}
	return c, nil
}

// some returns the values of the axis that v names: v itself, or those in it.
func (a Axis) some(v any) ([]any, error) {
	if one, err := typed(a.field, v); err == nil && contains(a.Values, one) {
		return []any{one}, nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []any
	for _, v := range list {
		one, err := typed(a.field, v)
		if err != nil || !contains(a.Values, one) {
			return nil, fmt.Errorf("%s: found %s, want values of the axis: %s", a.Key, shown(v), shown(a.Values))
		}
		out = append(out, one)
	}
	return out, nil
}
