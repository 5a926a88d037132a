package report

import (
	"fmt"
	"strings"

	"sdrm/experiment/sweep"
)

// sweepVerdicts has a sentence for each setting that is compared with λ = 0: which
// figures are lower or higher, where the interval of the difference leaves out 0, and
// of which nothing can be said, among them all of one pair of seeds. Of detectors it
// tells the AUROC at the deepest level, which hangs on no threshold.
func sweepVerdicts(t sweep.Table) table {
	out := table{title: "What λ changes: a verdict only where the 95 % interval over pairs of seeds leaves out 0"}
	judged := 0
	for _, r := range t.Rows {
		if !compared(r) {
			continue
		}
		verdicts := []struct {
			of    string
			names []string
		}{{of: "lower"}, {of: "higher"}, {of: "no verdict on"}}
		for _, f := range r.Figures {
			if f.Difference == nil || !toldOf(f.FigureID) {
				continue
			}
			verdict := 2
			if f.Difference.Pairs > 1 {
				judged++
				switch {
				case f.Difference.High < 0:
					verdict = 0
				case f.Difference.Low > 0:
					verdict = 1
				}
			}
			verdicts[verdict].names = append(verdicts[verdict].names, toldAs(f.FigureID))
		}
		var parts []string
		for _, v := range verdicts {
			if len(v.names) > 0 {
				parts = append(parts, v.of+" "+strings.Join(v.names, ", "))
			}
		}
		if len(parts) > 0 {
			out.add(strings.Join(setting(r), ", ") + ": " + strings.Join(parts, "; "))
		}
	}
	if judged > 0 {
		out.add(fmt.Sprintf("Of these %d intervals one in twenty leaves out a difference of 0 by chance.", judged))
	}
	return out
}

// toldOf tells whether a verdict is about a figure.
func toldOf(id sweep.FigureID) bool {
	return id.Detector == "" || id.Name == sweep.AUROC && id.Level != sweep.AnyLevel
}

// toldAs is the figure's name in a verdict.
func toldAs(id sweep.FigureID) string {
	if id.Detector == "" {
		return rateTitle(id)
	}
	return "AUROC of " + id.Detector
}
