package report

import (
	"strings"
	"testing"

	"sdrm/experiment/judge"
	"sdrm/internal/nullable"
)

// A rule that flags more than it claims is named, and of how many that can happen by
// chance is said.
func TestCalibrationText(t *testing.T) {
	none := nullable.NaN()
	c := judge.Calibration{Models: 2, Alarms: []judge.Alarms{
		{Detector: "sr", Level: "s1", Claimed: 0.05, Share: 0.2, Low: 0.1, High: 0.3, Verdict: judge.Exceeds, Samples: 50, Raised: 10, Sets: 2, Alarmed: 2},
		{Detector: "mmdtest", Level: "s1", Claimed: 0.05, OfSets: true, Share: 0, Low: 0, High: 0.2, Verdict: judge.Holds, Samples: 50, Sets: 2, Unlimited: 1},
		{Detector: "ac", Level: "s1", Claimed: none, Share: 0.1, Low: 0, High: 0.2, Verdict: judge.NoClaim, Samples: 50, Raised: 5, Sets: 2, Alarmed: 1},
		{Detector: "knn", Level: "s1", Claimed: 0.05, Share: none, Low: none, High: none, Verdict: judge.NoDecision, Unlimited: 2},
	}}
	var b strings.Builder
	if err := CalibrationText(&b, c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sr        s1     0.05          0.200 [0.100, 0.300]  ABOVE *", "mmdtest   s1     0.05 of sets", "0 of 2, 1 without a threshold",
		"\n* flags more than its rule claims: sr at s1\n", "\nOf these 2 intervals one in forty is above what is claimed by chance, if they are apart.\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
}
