package spec

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetValue(t *testing.T) {
	for _, c := range []struct {
		key  string
		v    any
		want any // or the error
	}{
		{"seed", int64(7), uint64(7)},
		{"train.epochs", int64(3), 3},
		{"train.lr", int64(1), 1.0},
		{"train.lr", 0.5, 0.5},
		{"data.flip", false, false},
		{"attack.trigger", "t", "t"},
		{"train.milestones", []any{int64(1), int64(2)}, []int{1, 2}},
		{"attack.options", []any{"a=b"}, []string{"a=b"}},
		{"seed", int64(-1), "seed: found -1, want a whole number from 0"},
		{"train.epochs", 0.5, "train.epochs: found 0.5, want a whole number"},
		{"train.lr", math.NaN(), "train.lr: found NaN, want a number"},
		{"train.lr", "x", `train.lr: found "x", want a number`},
		{"data.flip", int64(1), "data.flip: found 1, want true or false"},
		{"attack.trigger", int64(1), "attack.trigger: found 1, want a text"},
		{"train.milestones", "1", `train.milestones: found "1", want a list of whole numbers`},
		{"attack.options", []any{int64(1)}, "attack.options: found [1], want a list of texts"},
	} {
		s := Default()
		other := s // shares the lists
		f, err := Find(c.key)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetValue(&s, c.v); err != nil {
			if err.Error() != c.want || !cmp.Equal(s, Default()) {
				t.Errorf("%s: error %v, want %v", c.key, err, c.want)
			}
		} else if d := cmp.Diff(c.want, f.Value(s)); d != "" || !cmp.Equal(other, Default()) {
			t.Errorf("%s: %s, or a copy changed", c.key, d)
		}
	}
}

func TestTypesOfFieldsAreNamed(t *testing.T) {
	for _, f := range Fields {
		var bad *FieldError
		if err := f.SetValue(&Spec{}, map[string]any{}); !errors.As(err, &bad) || bad.Want == "" {
			t.Errorf("%s: error %v, want one that says what it should be", f.Key, err)
		}
	}
}

func TestSpecsSurviveJSON(t *testing.T) {
	odd := Default()
	odd.Name, odd.Seed = "odd", 1<<63-1
	odd.Attack.Options = []string{"weight=0.2"}
	odd.Train.Milestones, odd.Train.Rate = []int{}, 1.0/3
	for _, s := range []Spec{Default(), odd} {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var got Spec
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, got); d != "" {
			t.Error(d)
		}
	}
	for text, want := range map[string]string{
		`{"seed": -1}`:    "seed: found -1, want",
		`{"lr": 1}`:       "unknown field lr, want",
		`{"train.lr": 0}`: "train.lr: found 0, want more than 0",
		`[]`:              "cannot unmarshal",
	} {
		if err := json.Unmarshal([]byte(text), &Spec{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
