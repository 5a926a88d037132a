// Package golden reads the answers that tests compare with, as scripts beside
// them wrote them.
package golden

import (
	"encoding/json"
	"os"
	"testing"
)

// Read returns what the JSON file at path holds, and ends the test if it cannot.
func Read[T any](t testing.TB, path string) (v T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
