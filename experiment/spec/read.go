package spec

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// maxSpec is the length in bytes of the longest spec that is read.
const maxSpec = 1 << 16

// Read reads the TOML file at path over Default, so that a file needs to
// hold only what differs, and validates it. Errors name the file, the line or
// field, what was found and what was expected.
func Read(path string) (Spec, error) { return ReadOver(Default(), path) }

// ReadOver is Read over another spec than Default.
func ReadOver(s Spec, path string) (Spec, error) {
	text, err := regular.ReadText(path, maxSpec)
	if err != nil {
		return Spec{}, fault.Input(err)
	}
	s, err = parse(s, text)
	if err != nil {
		return Spec{}, fault.Inputf("%s: %w", path, err)
	}
	return s, nil
}

// parse reads a document over s.
func parse(s Spec, text []byte) (Spec, error) {
	if err := unknownKey(text); err != nil {
		return s, err
	}
	if err := toml.Unmarshal(text, &s); err != nil {
		return s, Explain(err)
	}
	return s, s.Validate()
}

// Explain turns the TOML decoder's errors, some of which span many lines, into
// one line with its place.
func Explain(err error) error {
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		what := strings.TrimPrefix(decode.Error(), "toml: ")
		if key := strings.Join(decode.Key(), "."); key != "" {
			what = key + ": " + wanted(key, what)
		}
		return fmt.Errorf("line %d: %s", row, what)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "toml: "))
}

// mismatch is what the decoder says of a value of another type, in the words of Go.
var mismatch = regexp.MustCompile(`^cannot decode TOML (\w+) into `)

// wanted says instead what was found and what the field of the key holds.
func wanted(key, what string) string {
	m := mismatch.FindStringSubmatch(what)
	i := slices.IndexFunc(Fields, func(f Field) bool { return f.Key == strings.TrimPrefix(key, "base.") })
	switch {
	case m == nil:
		return what
	case i < 0:
		return fmt.Sprintf("found a value of TOML's type %s, want a table of fields", m[1])
	}
	return fmt.Sprintf("found a value of TOML's type %s, want %s", m[1], Fields[i].Holds())
}

// unknownKey returns an error for the first key of a document that no field has.
// The decoder would find them all, in a time that grows with the square of their
// number. What is wrong with the document otherwise is left to it.
func unknownKey(text []byte) error {
	var p unstable.Parser
	p.Reset(text)
	var table []string
	for p.NextExpression() {
		var err error
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, err = known(&p, nil, e)
		case unstable.KeyValue:
			err = knownPair(&p, table, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// knownPair looks for unknown keys in a key and its value, which stand in a table.
func knownPair(p *unstable.Parser, table []string, pair *unstable.Node) error {
	at, err := known(p, table, pair)
	if value := pair.Value(); err == nil && value.Kind == unstable.InlineTable {
		for inner := value.Children(); err == nil && inner.Next(); {
			err = knownPair(p, at, inner.Node())
		}
	}
	return err
}

// known returns the key of a node that stands in a table, or an error if no field
// or table is called so.
func known(p *unstable.Parser, table []string, node *unstable.Node) ([]string, error) {
	at := slices.Clone(table)
	for part := node.Key(); part.Next(); {
		name, names := string(part.Node().Data), keysOf(at)
		if len(names) == 0 {
			break // a field is no table, says the decoder
		}
		if !slices.Contains(names, name) { // the decoder takes letters of any case, and of two keys the last
			row := p.Shape(part.Node().Raw).Start.Line
			return nil, fmt.Errorf("line %d: unknown key %s, want one of %s", row, strings.Join(append(at, name), "."), strings.Join(names, ", "))
		}
		at = append(at, name)
	}
	return at, nil
}

// keysOf lists the keys of a table of the spec: its fields, and the tables of
// the spec itself. A field has none.
func keysOf(table []string) []string {
	var names []string
	for _, f := range Fields {
		at, name := f.split()
		switch {
		case at == strings.Join(table, "."):
			names = append(names, name)
		case len(table) == 0 && !slices.Contains(names, at):
			names = append(names, at)
		}
	}
	return names
}
