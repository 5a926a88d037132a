package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"sdrm/internal/plain"
)

// Find returns the field of that dotted key.
func Find(key string) (Field, error) {
	i := slices.IndexFunc(Fields, func(f Field) bool { return f.Key == key })
	if i >= 0 {
		return Fields[i], nil
	}
	table, _, _ := strings.Cut(key, ".")
	names := keysOf([]string{table})
	if len(names) == 0 || table == key {
		names = keysOf(nil)
	}
	return Field{}, fmt.Errorf("unknown field %s, want one of %s", plain.Line(key), strings.Join(names, ", "))
}

// Value returns what the field of s holds.
func (f Field) Value(s Spec) any { return reflect.ValueOf(f.at(&s)).Elem().Interface() }

// SetValue sets the field of s from a value as a TOML or JSON decoder gives it.
// The error is a *FieldError.
func (f Field) SetValue(s *Spec, v any) error {
	text, err := json.Marshal(v)
	at := reflect.ValueOf(f.at(s)).Elem()
	fresh := reflect.New(at.Type()) // copies of s share lists
	if err == nil {
		err = json.Unmarshal(text, fresh.Interface())
	}
	if err != nil {
		return &FieldError{f.Key, quoted(v), f.Holds()}
	}
	at.Set(fresh.Elem())
	return nil
}

// Holds says what values of the field are: a number, a text, ….
func (f Field) Holds() string { return kinds[reflect.TypeOf(f.at(&Spec{})).Elem().String()] }

// kinds says what values of the types of fields are.
var kinds = map[string]string{
	"string": "a text", "bool": "true or false", "int": "a whole number", "uint64": "a whole number from 0", "float64": "a number",
	"[]int": "a list of whole numbers", "[]string": "a list of texts",
}
