package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// catches says which detectors still catch a backdoor, each by the highest F1
// that it reaches on test images at any level in the defender's best case. A
// detector of the target class is taken by its canonical decision, for on ten
// classes the best case is one of ten guesses.
func catches(r judge.Result) string {
	if r.Control {
		return "there is nothing to catch: no image was poisoned."
	}
	best := map[string]score.Score{}
	var names []string
	for _, s := range r.Detectors {
		rule := score.RuleBest
		switch s.Set {
		case judge.ClassSet:
			rule = score.RuleCanonical
		case judge.TestSet, judge.InputSet:
		default:
			continue
		}
		if s.Rule != rule {
			continue
		}
		old, ok := best[s.Name]
		if !ok {
			names = append(names, s.Name)
		}
		if !ok || s.F1 > old.F1 {
			best[s.Name] = s
		}
	}
	if names == nil {
		return "no detector had enough samples to judge."
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(best[b].F1, best[a].F1) })
	var parts []string
	for _, group := range []struct {
		word      string
		low, high nullable.Float
	}{{"caught by", caught, 2}, {"partly seen by", near, caught}, {"not seen by", -1, near}} {
		var members []string
		for _, name := range names {
			if s := best[name]; s.F1 >= group.low && s.F1 < group.high {
				members = append(members, fmt.Sprintf("%s (%s at %s)", name, format(s.F1, 3), s.Level))
			}
		}
		if members != nil {
			parts = append(parts, group.word+" "+strings.Join(members, ", "))
		}
	}
	return strings.Join(parts, "; ") + "."
}
