package judge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/attacks"
	"sdrm/experiment/subject"
	"sdrm/mmd"
)

// memory keeps units as a file would.
type memory map[Unit][]byte

func (m memory) Find(u Unit, v any) bool {
	text, ok := m[u]
	return ok && json.Unmarshal(text, v) == nil
}

func (m memory) Keep(u Unit, v any) error {
	if _, twice := m[u]; twice {
		return fmt.Errorf("%v is done twice", u)
	}
	text, err := json.Marshal(v)
	m[u] = text
	return err
}

// A judgement that is interrupted, however often, ends with what an undisturbed
// one ends with, to the byte; what was finished is not done again, and how much is
// left is known from the beginning.
func TestJudgementsGoOn(t *testing.T) {
	frozen := asked(t, "badnets")
	frozen.Spec.Attack.Mode, frozen.Images.Poison.Mode = "frozen", attacks.Frozen
	everything := func(ctx context.Context, x *subject.Subject, w Work) (any, error) { return Everything(ctx, x, w) }
	m := Measures{Kernel: "median", Estimator: mmd.Unbiased.String(), Permutations: 5, Resamples: 5}
	for name, c := range map[string]struct {
		x         *subject.Subject
		detectors []string
		judge     func(context.Context, *subject.Subject, Work) (any, error)
	}{
		"frozen": {frozen, []string{"ss", "frequency"}, everything},
		"clean":  {asked(t, attacks.None), []string{"ss", "frequency"}, everything},
		"pairs": {asked(t, "badnets"), []string{"ss", "mmdtest"}, func(ctx context.Context, x *subject.Subject, w Work) (any, error) {
			scores, skipped, err := Detect(ctx, Scope{x, nil, x.Levels()[2:], pairs}, nil, w)
			return Detected{Detectors: scores, Skipped: skipped}, err
		}},
		"control": {asked(t, "badnets"), []string{"ss", "frequency", "ted"}, func(ctx context.Context, x *subject.Subject, w Work) (any, error) {
			scores, skipped, err := Detect(ctx, Scope{x, x, x.Levels()[1:], []Pair{Protocol}}, nil, w)
			return Detected{Detectors: scores, Skipped: skipped}, err
		}},
		"measures": {asked(t, "badnets"), nil, func(ctx context.Context, x *subject.Subject, w Work) (any, error) {
			return Measure(ctx, Scope{x, x, x.Levels()[1:], pairs}, m, w)
		}},
	} {
		c.x.Spec.Detect.Detectors = c.detectors
		straight := Progress{}
		want, err := c.judge(t.Context(), c.x, Work{OnProgress: func(p Progress) {
			if straight.All != 0 && p.All != straight.All || p.Done < straight.Done || p.Done > p.All || !(p.Share >= 0 && p.Share <= 1) {
				t.Errorf("%s: %+v follows %+v", name, p, straight)
			}
			straight = p
		}})
		if err != nil {
			t.Fatal(name, err)
		}
		if straight.All < 3 || straight.Done > straight.All {
			t.Errorf("%s: ends with %+v", name, straight)
		}

		kept := memory{}
		var got any
		interrupts := 0
		for done := -1; done != len(kept); {
			done = len(kept)
			ctx, cancel := context.WithCancel(t.Context())
			got, err = c.judge(ctx, c.x, Work{Keeper: kept, OnProgress: func(p Progress) {
				if len(kept) > done+straight.All/8 {
					cancel()
				}
			}})
			if ctx.Err() != nil {
				interrupts++
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatalf("%s: error %v after the context ended", name, err)
				}
			}
			cancel()
		}
		if err != nil || interrupts == 0 {
			t.Fatalf("%s: error %v after %d interrupts", name, err, interrupts)
		}
		text := func(v any) string {
			out, err := json.MarshalIndent(v, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
		if diff := cmp.Diff(text(want), text(got)); diff != "" {
			t.Errorf("%s: after %d interrupts: %s", name, interrupts, diff)
		}
	}
}
