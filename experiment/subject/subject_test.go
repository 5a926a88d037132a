package subject

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/autograd"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
	"sdrm/models"
	"sdrm/tensor"
)

func TestActivationsByName(t *testing.T) {
	x, err := New(t.Context(), spectest.Tiny(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ names, want string }{
		{"relu", "relu1 s1 s2 s3"}, {"named", "s1 s2 s3"}, {"all", "s1 s2 s3"}, {"last", "s3"}, {"s3, relu1", "relu1 s3"}, {"s2,s2", "s2"},
	} {
		at, err := x.Activations(c.names)
		if got := namesOf(at); err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.names, got, err, c.want)
		}
	}
	for _, names := range []string{"", "s4", "s1,relu2", "s1,all"} {
		var field *spec.FieldError
		if _, err := x.Activations(names); !errors.As(err, &field) || !strings.Contains(err.Error(), "some of relu1, s1, s2, s3") {
			t.Errorf("%q: error %v", names, err)
		}
	}
}

// TestNormalise: a spec that asks for it gets a model of which (x - mean)/deviation
// is the first step, wherever the model is made; a set without usual figures says so.
func TestNormalise(t *testing.T) {
	s := spectest.Tiny()
	s.Data.Normalise = true
	var field *spec.FieldError
	if _, err := InitialModel(s); !errors.As(err, &field) || field.Field != "data.normalise" {
		t.Errorf("a set without a usual mean: error %v", err)
	}
	s.Data.Set = "cifar10"
	normal, err := InitialModel(s)
	if err != nil {
		t.Fatal(err)
	}
	s.Data.Normalise = false
	plain, err := InitialModel(s)
	if err != nil {
		t.Fatal(err)
	}
	source, err := datasets.Find("cifar10")
	if err != nil {
		t.Fatal(err)
	}
	x, y := tensor.New(tensor.Shape{2, 32, 32, 3}), tensor.New(tensor.Shape{2, 32, 32, 3})
	for i := range x.Data {
		x.Data[i] = float32(i*i%251) / 250
		y.Data[i] = (x.Data[i] - source.Mean[i%3]) / source.Deviation[i%3]
	}
	for name, onReLU := range map[string]func(int, *autograd.Var){"logits": nil, "activations": func(int, *autograd.Var) {}} {
		got := slices.Clone(models.NewRunner(normal).Forward(x, onReLU).Data)
		if want := models.NewRunner(plain).Forward(y, onReLU).Data; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
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

// A trigger's picture is part of what weights come from: another one in the same file
// is another run.
func TestIdentityKnowsThePicture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trigger.png")
	identity := func(gray uint8) string {
		m := image.NewGray(image.Rect(0, 0, 4, 4))
		for i := range m.Pix {
			m.Pix[i] = gray
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		s := spectest.Tiny()
		s.Attack.Name, s.Attack.Trigger = "blended", file
		x, err := New(t.Context(), s, 1)
		if err != nil {
			t.Fatal(err)
		}
		return x.Identity()
	}
	if black, white := identity(0), identity(255); black == white || black != identity(0) {
		t.Errorf("identities %q and %q", black, white)
	}
}
