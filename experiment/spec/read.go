package spec

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"sdrm/internal/fault"
	"sdrm/internal/regular"
)

// maxSpec is the length in bytes of the longest spec that is read.
const maxSpec = 1 << 16

// Read reads the TOML file at path over Default, so that a file needs to
// hold only what differs, and validates it. Errors name the file, the line or
// field, what was found and what was expected.
func Read(path string) (Spec, error) {
	text, err := regular.Read(path, maxSpec)
	if err != nil {
		return Spec{}, fault.Input(err)
	}
	s, err := parse(text)
	if err != nil {
		return Spec{}, fault.Inputf("%s: %w", path, err)
	}
	return s, nil
}

func parse(text []byte) (Spec, error) {
	s := Default()
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Spec{}, explain(err)
	}
	return s, s.Validate()
}

// explain turns the decoder's errors, some of which span many lines, into one
// line with its place.
func explain(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		first := strict.Errors[0]
		row, _ := first.Position()
		key := []string(first.Key())
		return fmt.Errorf("line %d: unknown key %s, want one of %s", row, strings.Join(key, "."), knownKeys(key[:len(key)-1]))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		what := strings.TrimPrefix(decode.Error(), "toml: ")
		if key := decode.Key(); len(key) > 0 {
			what = strings.Join(key, ".") + ": " + what
		}
		return fmt.Errorf("line %d: %s", row, what)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "toml: "))
}

// knownKeys lists the keys of a table of the spec: its fields, and the tables of
// the spec itself.
func knownKeys(table []string) string {
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
	return strings.Join(names, ", ")
}
