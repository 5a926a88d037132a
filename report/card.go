package report

import (
	"sdrm/defenses/score"
	"sdrm/experiment/judge"
)

// card is a run in short: its trigger and rates, and the F1 of every detector at the
// deepest level in the defender's best case, beside what chance gives,
// the highest of these detectors.
type card struct {
	Run      int
	Result   judge.Result
	Pictures *pictures // nil without a trigger

	Level         string
	Width, Height int
	Left, Right   float64
	Chance        float64 // x
	ChanceF1      float64
	Bars          []bar
}

type bar struct {
	Y, Width float64
	Name, F1 string
}

const (
	cardWidth = 480
	barStep   = 30
)

func newCard(run int, r judge.Result, level string) card {
	c := card{Run: run, Result: r, Level: level, Width: cardWidth, Left: 104, Right: cardWidth - 56}
	y := 22.0
	for _, s := range r.Detectors {
		if s.Set != judge.TestSet || s.Level != level || s.Rule != score.RuleBest {
			continue
		}
		c.Bars = append(c.Bars, bar{y, round1(float64(s.F1) * (c.Right - c.Left)), s.Name, format(s.F1, 3)})
		c.ChanceF1 = max(c.ChanceF1, float64(s.ChanceF1))
		y += barStep
	}
	c.Chance = place(c.ChanceF1, 0, 1, c.Left, c.Right)
	c.Height = int(y)
	return c
}
