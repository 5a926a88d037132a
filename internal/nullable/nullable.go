// Package nullable holds numbers that a JSON document may lack.
package nullable

import (
	"encoding/json"
	"math"
)

// Float is a float64 that is null in JSON where it is not finite, and NaN where
// JSON has null. A field that the document leaves out stays as it was.
type Float float64

// NaN returns the number that stands for a figure without a value.
func NaN() Float { return Float(math.NaN()) }

// IsNaN tells whether the figure has no value.
func (f Float) IsNaN() bool { return f != f }

// MarshalJSON writes null for NaN and the infinities.
func (f Float) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads null as NaN.
func (f *Float) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*f = NaN()
		return nil
	}
	return json.Unmarshal(text, (*float64)(f))
}
