package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// A word says what a detector makes of a backdoor. docs/method.md, section 9,
// defines each.
type word string

const (
	caught word = "caught"
	partly word = "seen in part"
	answer word = "not told from the answer"
	clean  word = "not told from a clean model"
	untold word = "not told from chance"
	missed word = "missed"
)

var words = []word{caught, partly, answer, clean, untold, missed}

// surely is what the whole interval of an F1 must reach to be called caught; in
// sets that are half malicious flagging everything gives 0.667. It is ours.
const surely nullable.Float = 0.8

// surelyBeyond is what BeyondAnswer must reach in detectors of images that catch a backdoor. Of
// sets that are half malicious a rule that flags all of these and half of the others has
// that difference, and the F1 of surely.
const surelyBeyond = 0.5

// wordFor reads a score as an interval; a figure without one stands for its bounds. The
// best case is never below chance by more than the draws, for it may flag everything.
// Of classes there is one that is malicious, and no interval. Whose flags of images may
// follow from what the model calls them has not seen the trigger, and whose F1 is as high
// in a clean model that was shown the same has not seen the backdoor.
func wordFor(s score.Score) word {
	if w := wordAlone(s); w != caught && w != partly || !asInClean(s) {
		return w
	}
	return clean
}

// asInClean tells whether the difference to the F1 of a clean model, if there is one, may
// be 0: its interval, or without one itself, is not above.
func asInClean(s score.Score) bool {
	if s.Control == nil || s.Set == judge.ClassSet {
		return false
	}
	low := s.Control.F1.Low
	if low.IsNaN() {
		low = s.Control.F1.Difference
	}
	return !(low > 0)
}

// wordAlone is the word without a clean model.
func wordAlone(s score.Score) word {
	low, high, chance := s.F1Low, s.F1High, s.ChanceF1High
	if low.IsNaN() || high.IsNaN() {
		low, high = s.F1, s.F1
	}
	if chance.IsNaN() {
		chance = s.ChanceF1
	}
	beyond := s.BeyondAnswer()
	switch {
	case s.Set == judge.ClassSet && s.Recall == 1 && s.Precision == 1, s.Set != judge.ClassSet && low > chance && low >= surely && beyond >= surelyBeyond:
		return caught
	case s.Set == judge.ClassSet && s.Recall == 1, s.Set != judge.ClassSet && low > chance && beyond > 0:
		return partly
	case s.Set != judge.ClassSet && low > chance:
		return answer
	case s.Set == judge.ClassSet, !(s.Recall > 0), s.Rule == score.RuleCanonical && high < s.ChanceF1:
		return missed
	}
	return untold
}

// verdict is what detectors of one kind make of a run.
type verdict struct {
	Where string
	Rows  []verdictRow
}

// verdictRow is a detector with the score on which its verdict rests under each of
// rules, nil where it has none.
type verdictRow struct {
	Name   string
	Scores [2]*score.Score
}

// rules are what verdicts are about: the decision that needs no labels first.
var rules = [2]struct{ rule, name string }{
	{score.RuleCanonical, "by their own rules"},
	{score.RuleBest, "in the best case, an oracle's"},
}

// verdicts sorts the detectors of a run by what they rest on, each at the level at
// which its F1 is highest, of those where it is higher than in a clean model, if one was
// shown the same and there are any. A rule that supposes a minority of malicious samples is
// judged where they are one. Detectors of classes have no best case here: it is one of
// ten guesses.
func verdicts(r judge.Result) []verdict {
	var out []verdict
	for _, kind := range kinds(r) {
		v := verdict{Where: kind.name}
		for i := range r.Detectors {
			s := &r.Detectors[i]
			if !kind.holds(*s) || !judged(*s, r.Detectors) || s.F1.IsNaN() {
				continue
			}
			at := slices.IndexFunc(v.Rows, func(row verdictRow) bool { return row.Name == s.Name })
			if at < 0 {
				at = len(v.Rows)
				v.Rows = append(v.Rows, verdictRow{Name: s.Name})
			}
			for k, rule := range rules {
				if old := v.Rows[at].Scores[k]; s.Rule == rule.rule && (old == nil || higher(*s, *old)) {
					v.Rows[at].Scores[k] = s
				}
			}
		}
		if v.Rows != nil {
			out = append(out, v)
		}
	}
	return out
}

// higher tells whether a verdict rests on s rather than on old.
func higher(s, old score.Score) bool {
	if asInClean(s) != asInClean(old) {
		return !asInClean(s)
	}
	return s.F1 > old.F1
}

// kind is what detectors rest on.
type kind struct {
	name  string
	holds func(score.Score) bool
}

// kinds are the latents of the levels on which the regulariser acts, those of other
// ReLUs, and what is no latent.
func kinds(r judge.Result) []kind {
	var names []string
	for _, l := range r.Levels {
		names = append(names, l.Level)
	}
	return []kind{
		{"latents at " + strings.Join(names, ", "), func(s score.Score) bool { return slices.Contains(names, s.Level) }},
		{"latents at other ReLUs", func(s score.Score) bool { return !slices.Contains(names, s.Level) && !levelless(s) }},
		{"inputs and the model", levelless},
	}
}

// judged tells whether a verdict looks at a score: those of test images as they
// are, and of a rule that supposes a minority those of the largest minority. A rule
// without a threshold is not judged.
func judged(s score.Score, all []score.Score) bool {
	if s.NoThreshold {
		return false
	}
	switch s.Set {
	case judge.InputSet:
		return true
	case judge.ClassSet:
		return s.Rule == score.RuleCanonical
	case judge.TestSet:
		return !s.NoMinority
	}
	if s.Rule != score.RuleCanonical || !judge.IsMixed(s.Set) {
		return false
	}
	unfit := false
	for _, other := range all {
		if other.Name != s.Name || other.Level != s.Level || other.Rule != s.Rule {
			continue
		}
		unfit = unfit || other.Set == judge.TestSet && other.NoMinority
		if judge.IsMixed(other.Set) && other.Prevalence > s.Prevalence {
			return false
		}
	}
	return unfit
}

// where says at which level a score was found and, if its set is one of minorities,
// with which share of malicious samples.
func where(s score.Score) (parts []string) {
	if !levelless(s) {
		parts = append(parts, "at "+s.Level)
	}
	if judge.IsMixed(s.Set) {
		parts = append(parts, fmt.Sprintf("with %s %% malicious", format(100*s.Prevalence, 0)))
	}
	return parts
}

// grounds are the figures on which a word rests, in brackets behind the detector's
// name.
func grounds(s score.Score) string {
	text := strings.Join(append([]string{"F1", interval(s.F1, s.F1Low, s.F1High)}, where(s)...), " ")
	if s.Rule == score.RuleCanonical {
		text += ", false alarms " + falseAlarms(s)
	}
	if same := s.CalledTarget; same != nil {
		text += ", of clean images called the target " + flaggedShare(same)
	}
	return fmt.Sprintf("%s (%s)", s.Name, text)
}

// tally is how many detectors a rule gives verdicts of, and which of them catch the
// backdoor or see it in part, wherever they look.
type tally struct {
	judged int
	names  [2][]string // caught, seen in part
}

func count(all []verdict, rule int) (t tally) {
	best := map[string]word{}
	var names []string
	for _, v := range all {
		for _, row := range v.Rows {
			s := row.Scores[rule]
			if s == nil {
				continue
			}
			old, ok := best[row.Name]
			if !ok {
				names = append(names, row.Name)
			}
			if w := wordFor(*s); !ok || slices.Index(words, w) < slices.Index(words, old) {
				best[row.Name] = w
			}
		}
	}
	t.judged = len(names)
	for _, name := range names {
		for i := range t.names {
			if best[name] == words[i] {
				t.names[i] = append(t.names[i], name)
			}
		}
	}
	return t
}

// headline is the verdict on a run in two sentences, empty if nothing judged it.
func headline(all []verdict) string {
	var sentences []string
	for rule, begin := range []string{"By their own rules %d of %d detectors catch the backdoor", "In the best case, an oracle's, %d of %d do"} {
		t := count(all, rule)
		if t.judged == 0 {
			continue
		}
		text := fmt.Sprintf(begin, len(t.names[0]), t.judged)
		if n := len(t.names[0]); n > 0 && n < t.judged {
			text += " (" + strings.Join(t.names[0], ", ") + ")"
		}
		if n := len(t.names[1]); n > 0 {
			text += fmt.Sprintf(", and %d in part (%s)", n, strings.Join(t.names[1], ", "))
		}
		sentences = append(sentences, text+".")
	}
	return strings.Join(sentences, " ")
}

// Verdict writes what the model of each run does and what detectors make of it: by
// their own rules first, with their false alarms, then in the best case, which is an
// oracle's.
func Verdict(w io.Writer, results []judge.Result) error {
	var t table
	for _, r := range results {
		rates := "BA " + rate(r.BA, r.Tests, 3)
		if !r.Control {
			rates += ", ASR " + rate(float64(r.ASR), r.Triggered, 3)
		}
		t.add(fmt.Sprintf("%s (%s): %s.", r.Name, origin(r), rates))
		for _, line := range lines(r) {
			t.add("  " + line)
		}
	}
	return Terminal.write(w, t)
}

// lines are what is said of a run, a sentence each: the headline, and for each rule and
// kind of detectors which of them each word is about.
func lines(r judge.Result) []string {
	if r.Control {
		return []string{controlJudgement(r, "the canonical rules")}
	}
	all := verdicts(r)
	first := headline(all)
	switch {
	case first != "":
	case len(r.Levels) == 0 && len(r.Skipped) == 0:
		return []string{"Nothing was measured."}
	default:
		return []string{"No detector had enough samples to judge."}
	}
	out := []string{first}
	for rule, name := range rules {
		for _, v := range all {
			var parts []string
			for _, w := range words {
				var about []string
				for _, row := range v.Rows {
					if s := row.Scores[rule]; s != nil && wordFor(*s) == w {
						about = append(about, grounds(*s))
					}
				}
				if about != nil {
					parts = append(parts, fmt.Sprintf("%s: %s", w, strings.Join(about, ", ")))
				}
			}
			if parts != nil {
				out = append(out, fmt.Sprintf("%s, %s: %s.", name.name, v.Where, strings.Join(parts, "; ")))
			}
		}
	}
	return out
}
