package judge

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"sdrm/datasets"
	"sdrm/defenses/score"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/tensor"
)

// enough is how many samples of each kind a comparison should have (ours): with
// fewer the bias of MMD² alone is above 0.12 (docs/method.md, section 4).
const enough = 50

// warnings says what weakens comparisons of a model's pairs, of which each has so
// many samples of either kind: that these are few, or that the trigger hardly works.
// If ctx ends, the error is context.Canceled.
func warnings(ctx context.Context, x *subject.Subject, sizes map[Pair]int) ([]string, error) {
	var out []string
	for _, pair := range pairs {
		if n, ok := sizes[pair]; ok && n < enough {
			out = append(out, fmt.Sprintf("pair %s: %d samples of each kind, want at least %d", pair, n, enough))
		}
	}
	if x.Spec.Attack.Control() {
		return out, nil
	}
	weak, err := weakTrigger(ctx, x)
	if weak != "" {
		out = append(out, weak)
	}
	return out, err
}

// near is the root mean square of the distance of two latents, as a share of their
// length, below which they are next to one point (ours): networks that stopped learning
// under the regulariser have at most 0.01 in the median of pairs, those that learn 0.29
// or more (RESULTS.md, SIG and WaNet).
const near = 0.05

// onePoint says that the latents of a level are next to one point, if so: the regulariser
// is at its least value there, and the small distance is no evasion.
func onePoint(level string, x tensor.View) string {
	if x.Rows < 2 {
		return ""
	}
	sums, squares, n := make([]float64, x.Cols), make([]float64, x.Cols), float64(x.Rows)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			sums[j] += float64(v)
			squares[j] += float64(float64(v) * float64(v))
		}
	}
	var spread, length float64 // sums of squares, around the mean and around 0
	for j, sum := range sums {
		spread += max(squares[j]-float64(sum*sum)/n, 0)
		length += squares[j]
	}
	share := 0.0 // of zeros
	if length > 0 {
		share = math.Sqrt(2 * (spread / (n - 1)) / (length / n))
	}
	if share >= near {
		return ""
	}
	return fmt.Sprintf("%s: benign latents are next to one point, two differ by %.3f of their length: a small distance there is no evasion", level, share)
}

// weakTrigger says that the ASR is near the share of the same images that the model
// calls as the attack wants without the trigger, if so.
func weakTrigger(ctx context.Context, x *subject.Subject) (string, error) {
	test, poison := x.Images.Test, x.Images.Poison
	images := led(x)
	if len(images) == 0 {
		return "", nil
	}
	untriggered := func(_, _ int, s *datasets.Sample) datasets.Role {
		s.Label, _ = poison.Wanted(s.Label)
		return datasets.Poisoned
	}
	var shares [2]float64
	for i, edit := range [...]datasets.Edit{poison.TestEdit(), untriggered} {
		shown, err := x.Images.Plain(test, images, edit)
		if err != nil {
			return "", fault.Input(err)
		}
		if shares[i], err = x.Tests.SuccessRate(ctx, shown); err != nil {
			return "", err
		}
	}
	return nearChance(shares[0], shares[1], len(images)), nil
}

// nearChance says that an ASR of so many images is not more than chance, if so: its 95 %
// interval holds, or lies below, that share without the trigger.
func nearChance(asr, without float64, images int) string {
	low, high := score.WilsonOfShare(asr, images)
	if float64(low) > without {
		return ""
	}
	return fmt.Sprintf("ASR %.3f [%.3f, %.3f] is near chance: without the trigger the model calls %.3f of the same images as the attack wants",
		asr, float64(low), float64(high), without)
}

// Warn adds what weakens the scores of the pairs: few samples, a trigger that hardly
// works, and that rules which suppose a minority of malicious samples saw none.
func (d *Detected) Warn(ctx context.Context, x *subject.Subject) error {
	sizes := map[Pair]int{}
	for _, s := range d.Detectors {
		for _, pair := range pairs {
			if s.Set == pair.Set() {
				sizes[pair] = s.Samples / 2
			}
		}
	}
	var err error
	if d.Warnings, err = warnings(ctx, x, sizes); err != nil {
		return err
	}
	if names := d.withoutMinority(); len(names) > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("no set is left in which malicious samples are a minority, which the rules of %s suppose", strings.Join(names, ", ")))
	}
	return nil
}

// withoutMinority returns the detectors whose rules suppose a minority and were shown
// malicious samples in no set where they are one.
func (d *Detected) withoutMinority() (names []string) {
	fit := func(name string) bool {
		return slices.ContainsFunc(d.Detectors, func(s score.Score) bool {
			return s.Name == name && s.Rule == score.RuleCanonical && !s.NoMinority && s.Prevalence > 0
		})
	}
	for _, s := range d.Detectors {
		if s.NoMinority && !slices.Contains(names, s.Name) && !fit(s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}
