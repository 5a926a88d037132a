// Package plan says which runs a sweep is made of: a base spec, axes of values
// for some of its fields, and which combinations are left out or get something
// else. Each combination that is left is a cell: a spec with a name and a number.
package plan

import (
	"errors"
	"fmt"
	"slices"

	"sdrm/experiment/spec"
	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// Plan is the cells of a sweep.
type Plan struct {
	Path  string
	Text  string // of the file
	Axes  []Axis
	Cells []Cell // by their numbers
}

// Axis is a field of the spec with the values that it takes.
type Axis struct {
	Key    string // dotted, as in a spec: mmd.lambda
	Values []any  // as the field holds them

	field spec.Field
}

// Place returns which of the axis's values v is.
func (a Axis) Place(v any) int {
	return place(a.Values, v)
}

// Cell is one combination of the axes' values.
type Cell struct {
	// Number stays when values are appended to any axis. Numbers have gaps.
	Number int
	// Name is made from the values; it is also the name in Spec.
	Name   string
	Values []any // one for each axis
	Spec   spec.Spec
	Hash   string // of Spec; decides what a cell is
}

// MaxText is the length in bytes of the longest plan that is read.
const MaxText = 1 << 16

// mostCells bounds the combinations of a plan.
const mostCells = 10_000

// Read reads the plan at path. Errors name the file, the axis or field, what was
// found and what was expected.
func Read(path string) (*Plan, error) {
	text, err := regular.ReadText(path, MaxText)
	if err != nil {
		return nil, fault.Input(err)
	}
	return Parse(text, path)
}

// Parse reads the text of the plan that errors call path.
func Parse(text []byte, path string) (*Plan, error) {
	p, err := parse(text)
	if err != nil {
		return nil, fault.Inputf("%s: %w", path, err)
	}
	p.Path, p.Text = path, string(text)
	return p, nil
}

func parse(text []byte) (*Plan, error) {
	f, err := decode(text)
	if err != nil {
		return nil, err
	}
	p := &Plan{Axes: f.axes}
	if err := p.expand(f); err != nil {
		return nil, err
	}
	return p, p.distinct()
}

// expand makes the cells.
func (p *Plan) expand(f *file) error {
	lengths := make([]int, len(p.Axes))
	for i, a := range p.Axes {
		lengths[i] = len(a.Values)
	}
	if err := enumerable(lengths); err != nil {
		return err
	}
	for at := range combinations(lengths) {
		values := make([]any, len(at))
		for i, a := range p.Axes {
			values[i] = a.Values[at[i]]
		}
		if slices.ContainsFunc(f.exclude, func(c condition) bool { return c.holds(values) }) {
			continue
		}
		c, err := f.cell(number(at), values)
		if err != nil {
			return err
		}
		p.Cells = append(p.Cells, c)
	}
	if len(p.Cells) == 0 {
		return errors.New("exclude: every combination is left out")
	}
	slices.SortFunc(p.Cells, func(a, b Cell) int { return a.Number - b.Number })
	return nil
}

// cell returns the cell with these values of the axes.
func (f *file) cell(number int, values []any) (Cell, error) {
	c := Cell{Number: number, Name: name(f.axes, values), Values: values, Spec: f.base}
	c.Spec.Name = c.Name
	for i, a := range f.axes {
		if err := a.field.SetValue(&c.Spec, values[i]); err != nil {
			return c, err // such as the axis has already held
		}
	}
	for _, o := range f.override {
		if !o.when.holds(values) {
			continue
		}
		for _, s := range o.set {
			if err := s.field.SetValue(&c.Spec, s.value); err != nil {
				return c, fmt.Errorf("override: %w", err)
			}
		}
	}
	if err := c.Spec.Validate(); err != nil {
		var field *spec.FieldError
		if errors.As(err, &field) && slices.ContainsFunc(f.axes, func(a Axis) bool { return a.Key == field.Field }) {
			err = fmt.Errorf("axis %w", err)
		}
		return c, fmt.Errorf("cell %d (%s): %w", number, c.Name, err)
	}
	c.Hash = c.Spec.Hash()
	return c, nil
}

// distinct returns an error if two cells have one name, or specs that are the same
// in substance but for the name.
func (p *Plan) distinct() error {
	names, specs := map[string]int{}, map[string]int{}
	for i, c := range p.Cells {
		s := c.Spec.Substance()
		s.Name = ""
		text := string(s.Encode())
		if j, ok := specs[text]; ok {
			return fmt.Errorf("cells %d (%s) and %d (%s) have one spec", p.Cells[j].Number, p.Cells[j].Name, c.Number, c.Name)
		}
		if j, ok := names[c.Name]; ok {
			return fmt.Errorf("cells %d and %d are both called %s, want values that give different names", p.Cells[j].Number, c.Number, c.Name)
		}
		specs[text], names[c.Name] = i, i
	}
	return nil
}
