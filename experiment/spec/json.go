package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// MarshalJSON writes the fields by their dotted keys, in the order of a spec's
// file and with what that passes over left out.
func (s Spec) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	separator := byte('{')
	for _, f := range Fields {
		if f.empty != nil && f.empty(s) {
			continue
		}
		value, err := json.Marshal(f.at(&s))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Key, err)
		}
		fmt.Fprintf(&b, "%c%q:%s", separator, f.Key, value)
		separator = ','
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, over Default, and validates it.
func (s *Spec) UnmarshalJSON(text []byte) error {
	var values map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // floating point does not hold every seed
	if err := d.Decode(&values); err != nil {
		return err
	}
	out := Default()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		f, err := Find(key)
		if err == nil {
			err = f.SetValue(&out, values[key])
		}
		if err != nil {
			return err
		}
	}
	*s = out
	return s.Validate()
}
