package subject

import (
	"errors"
	"strings"
	"testing"

	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/models"
)

func TestActivationsByName(t *testing.T) {
	x, err := New(spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ names, want string }{
		{"relu", "relu1 s1 s2 s3"}, {"named", "s1 s2 s3"}, {"s3, relu1", "relu1 s3"}, {"s2,s2", "s2"},
	} {
		at, err := x.Activations(c.names)
		if got := namesOf(at); err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.names, got, err, c.want)
		}
	}
	for _, names := range []string{"", "s4", "s1,relu2"} {
		var field *spec.FieldError
		if _, err := x.Activations(names); !errors.As(err, &field) || !strings.Contains(err.Error(), "some of relu1, s1, s2, s3") {
			t.Errorf("%q: error %v", names, err)
		}
	}
}

func namesOf(at []models.Activation) string {
	var out []string
	for _, a := range at {
		out = append(out, a.Name)
	}
	return strings.Join(out, " ")
}
