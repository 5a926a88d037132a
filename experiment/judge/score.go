package judge

import (
	"encoding/json"
	"math"

	"sdrm/defenses"
	"sdrm/internal/nullable"
)

// Score is how well a detector did under one rule, with what it was shown and
// told. The schema is the same for all detectors.
type Score struct {
	defenses.Score
	Protocol
}

// Protocol is what defenses.Score leaves open.
type Protocol struct {
	Samples int  `json:"samples"` // inspected
	Told    Told `json:"told"`

	// 95 % intervals of the figures for the judged scores and flags: how much
	// they vary with the inspected samples. A threshold or a variant chosen with
	// the truth in hand stays as it is. Where all resamples agree, as for an
	// AUROC of 1, the interval is a point.
	F1Low     nullable.Float `json:"f1_low"`
	F1High    nullable.Float `json:"f1_high"`
	AUROCLow  nullable.Float `json:"auroc_low"`
	AUROCHigh nullable.Float `json:"auroc_high"`
}

// Told is what a detector is told beside the inspected samples; nothing is left
// at zero.
type Told struct {
	// PoisonShare is the share of poison that the detector is told to expect.
	PoisonShare float64 `json:"poison_share,omitempty"`
	// Clean is the number of clean images that the defender holds: of the
	// inspected class where latents are inspected, of all classes elsewhere.
	Clean int `json:"clean,omitempty"`
	// Others is the number of clean images of other classes.
	Others int `json:"clean_other_classes,omitempty"`
}

// to returns what of t a detector with these needs looks at.
func (t Told) to(n defenses.Needs) Told {
	if !n.PoisonShare {
		t.PoisonShare = 0
	}
	if !n.Clean {
		t.Clean = 0
	}
	if !n.Others {
		t.Others = 0
	}
	return t
}

// MarshalJSON writes one flat object.
func (s Score) MarshalJSON() ([]byte, error) {
	figures, err := json.Marshal(s.Score)
	if err != nil {
		return nil, err
	}
	protocol, err := json.Marshal(s.Protocol)
	if err != nil {
		return nil, err
	}
	return append(append(figures[:len(figures)-1], ','), protocol[1:]...), nil
}

// UnmarshalJSON reads null as NaN, and so the intervals where an older file
// lacks them.
func (s *Score) UnmarshalJSON(text []byte) error {
	none := nullable.Float(math.NaN())
	*s = Score{Protocol: Protocol{F1Low: none, F1High: none, AUROCLow: none, AUROCHigh: none}}
	if err := json.Unmarshal(text, &s.Score); err != nil {
		return err
	}
	return json.Unmarshal(text, &s.Protocol)
}

// The rules by which detectors are scored.
const (
	RuleCanonical = defenses.RuleCanonical // the decision of the detector's authors
	RuleBest      = defenses.RuleBest      // the defender's best case
)
