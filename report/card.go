package report

import (
	"fmt"
	"slices"
	"strings"

	"sdrm/defenses/score"
	"sdrm/experiment/judge"
)

// card is a run in short: what was trained on what, what its trigger looks like,
// what its model does and what detectors make of that.
type card struct {
	Run      int
	Name     string
	Origin   string
	Settings []string
	Pictures *pictures // nil without a trigger
	SoFar    string    // of a run that is not finished: how far it is
	Rates    []figure
	Apart    []figure // MMD², a level each
	Biased   string   // explains an MMD² above its interval
	Headline string
	Verdicts []verdict
	Folded   bool   // the verdicts, where there are many runs
	Weights  string // whose SHA256 it is
	SHA256   string
}

// figure is a number with its interval.
type figure struct{ Name, Value, Bounds string }

func newCard(run int, e Entry) (card, error) {
	r := e.Result
	c := card{Run: run, Name: r.Name, Origin: origin(r), Settings: settings(e.Spec, r), SHA256: r.WeightsSHA256}
	c.Weights = fmt.Sprintf("Weights of epoch %d", r.Epoch)
	if r.Imported {
		c.Weights = "Imported weights"
	}
	if e.Unfinished {
		c.unfinished(e)
		return c, nil
	}
	low, high := score.WilsonOfShare(r.BA, r.Tests)
	c.Rates = []figure{{"BA", format(r.BA, 3), bounds(low, high)}}
	if r.Control {
		c.Headline = controlJudgement(r, "the detectors’ own rules")
	} else {
		c.Headline = lines(r)[0]
		low, high = score.WilsonOfShare(float64(r.ASR), r.Triggered)
		c.Rates = append(c.Rates, figure{"ASR", format(r.ASR, 3), bounds(low, high)})
		for _, l := range e.named() {
			c.Apart = append(c.Apart, figure{"MMD² " + l.Level, format(l.MMD.Value, 3), bounds(l.MMD.Low, l.MMD.High)})
		}
		c.Biased = biased(e.named())
		c.Verdicts = verdicts(r)
	}
	return c, c.show(e.Trigger)
}

// unfinished fills in what training reported so far.
func (c *card) unfinished(e Entry) {
	last := e.last()
	c.SoFar = fmt.Sprintf("Not finished, %s: %d of %d epochs are done. ", e.State, last.Epoch, e.Spec.Train.Epochs)
	if last.Epoch == 0 {
		return
	}
	c.Rates = []figure{{"BA so far", format(deref(last.BA), 3), ""}}
	if !e.Result.Control {
		c.Rates = append(c.Rates, figure{"ASR so far", format(deref(last.ASR), 3), ""})
	}
	c.Rates = append(c.Rates, figure{"training loss", format(last.Loss, 3), ""})
}

// biased explains the MMD² of those levels at which it lies above its interval.
func biased(levels []judge.Distance) string {
	var at []string
	for _, l := range levels {
		if l.MMD.Value > l.MMD.High && !slices.Contains(at, l.Level) {
			at = append(at, l.Level)
		}
	}
	if at == nil {
		return ""
	}
	return fmt.Sprintf("At %s MMD² lies above its interval: the figure is the biased estimate, too large on few samples, and the interval is that of the distance of the distributions, from which the bias is taken out.",
		strings.Join(at, ", "))
}
