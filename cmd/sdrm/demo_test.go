package main

import (
	"errors"
	"io"
	"testing"

	"sdrm/attacks"
)

// The demo shows an attack with and without the regulariser, and a clean model
// once.
func TestDemoSpecs(t *testing.T) {
	for attack, names := range map[string][]string{"blended": {"regular", "sdrm"}, "badnets": {"regular", "sdrm"}, attacks.None: {"control"}} {
		c := newDemo(&globals{})
		if err := c.ParseFlags([]string{"--attack", attack}); err != nil {
			t.Fatal(err)
		}
		specs, err := demoSpecs(c.Flags())
		if err != nil || len(specs) != len(names) {
			t.Fatalf("%s: %d specs, error %v", attack, len(specs), err)
		}
		for i, s := range specs {
			if s.Name != names[i] || s.Attack.Name != attack || s.Validate() != nil {
				t.Errorf("%s: spec %d is %q of %q, %v", attack, i, s.Name, s.Attack.Name, s.Validate())
			}
		}
	}
	var usage *usageError
	c := newDemo(&globals{})
	c.SetArgs([]string{"--attack", "magic"})
	c.SetErr(io.Discard)
	if err := c.Execute(); !errors.As(err, &usage) {
		t.Errorf("error %v, want a usageError", err)
	}
}
