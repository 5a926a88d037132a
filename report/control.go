package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
)

// alarms are the false alarms of a detector's canonical decisions on sets that
// hold nothing malicious.
type alarms struct {
	name          string
	raised, shown int // samples flagged, samples
	sets, alarmed int // sets, and those in which something is flagged
	silent        int // further sets, in which its rule has no threshold

	calledTarget *score.FlaggedImages // of the samples; nil if they are no images
	classes      string               // what its rule found of classes
}

// pool adds up the false alarms of each detector on the sets of test images without
// anything malicious that it was shown at a level or, where it does not inspect latents,
// at all.
func pool(r judge.Result, level string) []alarms {
	var all []alarms
	for _, s := range r.Detectors {
		if s.Prevalence != 0 || judge.IsTraining(s.Set) || s.Level != level && !levelless(s) {
			continue
		}
		i := slices.IndexFunc(all, func(a alarms) bool { return a.name == s.Name })
		if i < 0 {
			i = len(all)
			all = append(all, alarms{name: s.Name})
		}
		a := &all[i]
		if s.NoThreshold {
			a.silent++
			continue
		}
		raised := int(math.Round(float64(s.Flagged) * float64(s.Samples)))
		a.raised, a.shown, a.sets, a.calledTarget = a.raised+raised, a.shown+s.Samples, a.sets+1, s.CalledTarget
		if raised > 0 {
			a.alarmed++
		}
		if s.Set == judge.ClassSet {
			a.classes = s.ThresholdRule
		}
	}
	return all
}

// rate is the share of the samples that is flagged.
func (a alarms) rate() float64 { return float64(a.raised) / float64(a.shown) }

// controlJudgement says of a model without an attack how often each detector's canonical rule
// flags what it is shown at its deepest level or, where it does not inspect latents,
// at all. rules is what the reader knows these rules as.
func controlJudgement(r judge.Result, rules string) string {
	level := lastLevel(r)
	all := pool(r, level)
	begin, means := "No image was poisoned", ", so all that is flagged is a false alarm. Share of clean samples that"
	if r.Imported {
		begin, means = "Nothing is known of what the weights were trained on", ": what is flagged may be a backdoor's or a false alarm. Share of untouched samples that"
	}
	if all == nil {
		return begin + ", and no detector had enough samples to judge."
	}
	var parts []string
	for _, a := range all {
		low, high := score.Wilson(a.raised, a.shown)
		text := fmt.Sprintf("%s %.3f %s in %d of %d sets", a.name, a.rate(), bounds(low, high), a.alarmed, a.sets)
		switch {
		case a.sets == 0:
			text = fmt.Sprintf("%s without a threshold in %d sets", a.name, a.silent)
		case a.silent > 0:
			text += fmt.Sprintf(" and without a threshold in %d", a.silent)
		case a.calledTarget != nil:
			text += ", of those called the target " + flaggedShare(a.calledTarget)
		case a.classes != "":
			text = fmt.Sprintf("%s %d of %d classes (%s)", a.name, a.raised, a.shown, a.classes)
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("%s%s %s flag at %s: %s.", begin, means, rules, level, strings.Join(parts, ", "))
}

// lastLevel is the deepest of a run's levels.
func lastLevel(r judge.Result) string {
	if len(r.Levels) == 0 {
		return ""
	}
	return r.Levels[len(r.Levels)-1].Level
}
