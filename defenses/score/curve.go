package score

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"sdrm/internal/nullable"
)

// bins is the number of bins of a histogram, points the largest number of points
// of a ROC curve that are kept (both ours).
const (
	bins   = 20
	points = 64
)

// Curve is the shape of a decision's scores: how those of benign and of malicious
// samples are distributed, and the ROC curve that follows from them.
type Curve struct {
	// Low and High are the least and the highest finite score. The bins of
	// Benign and Malicious cut what lies between into equal parts; scores that
	// are not finite count in the first or the last.
	Low       nullable.Float `json:"low"`
	High      nullable.Float `json:"high"`
	Benign    Counts         `json:"benign"`
	Malicious Counts         `json:"malicious"`
	// Cut is the least score that is flagged, without a value unless all higher
	// ones are flagged and no lower one.
	Cut nullable.Float `json:"cut"`
	// Alarms and Hits are the points of the ROC curve, from (0, 0) on: how many
	// benign and how many malicious samples a threshold flags. Corners are
	// kept, of many those that lie evenly along it.
	Alarms Counts `json:"roc_benign"`
	Hits   Counts `json:"roc_malicious"`
}

// Counts are numbers of samples, in JSON one text with spaces between, so that a
// curve takes a line.
type Counts []int

// MarshalJSON writes the numbers.
func (c Counts) MarshalJSON() ([]byte, error) {
	return json.Marshal(strings.Trim(fmt.Sprint([]int(c)), "[]"))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Counts) UnmarshalJSON(text []byte) error {
	var line string
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	*c = nil
	for word := range strings.FieldsSeq(line) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return fmt.Errorf("found %.20q, want numbers of samples", word)
		}
		*c = append(*c, n)
	}
	return nil
}

// check returns an error if a curve is not one: it has other bins, or another
// number of benign or malicious samples, or its ROC curve falls.
func (c *Curve) check(positives, negatives int) error {
	if len(c.Benign) != bins || len(c.Malicious) != bins {
		return fmt.Errorf("curve: found %d and %d bins, want %d", len(c.Benign), len(c.Malicious), bins)
	}
	if n := len(c.Alarms); n != len(c.Hits) || n < 2 || n > points {
		return fmt.Errorf("curve: found %d and %d points, want 2 to %d of each", n, len(c.Hits), points)
	}
	for _, whole := range []struct {
		of     int
		counts Counts
	}{{negatives, c.Benign}, {positives, c.Malicious}} {
		left := whole.of
		for _, n := range whole.counts {
			if left -= n; left < 0 || n < 0 {
				break
			}
		}
		if left != 0 {
			return fmt.Errorf("curve: the bins do not hold %d samples", whole.of)
		}
	}
	for _, axis := range []struct {
		of     int
		counts Counts
	}{{negatives, c.Alarms}, {positives, c.Hits}} {
		last := 0
		for _, n := range axis.counts {
			if n < last {
				return fmt.Errorf("curve: found a point of %d samples after one of %d", n, last)
			}
			last = n
		}
		if axis.counts[0] != 0 || last != axis.of {
			return fmt.Errorf("curve: found points from %d to %d samples, want 0 to %d", axis.counts[0], last, axis.of)
		}
	}
	return nil
}

// curve returns the shape of the outcome's scores.
func (o *outcome) curve() *Curve {
	c := &Curve{Low: nullable.NaN(), High: nullable.NaN(), Cut: nullable.NaN(), Benign: make(Counts, bins), Malicious: make(Counts, bins)}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range o.Scores {
		if !math.IsInf(s, 0) {
			low, high = min(low, s), max(high, s)
		}
	}
	if low <= high {
		c.Low, c.High = nullable.Float(low), nullable.Float(high)
	}
	flagged, passed := math.Inf(1), math.Inf(-1) // the least score that is flagged, the highest that is not
	for i, s := range o.Scores {
		bin := 0
		if high > low {
			// Halves, since the difference of two numbers may overflow.
			bin = int(max(0, min(bins*((float64(s/2)-float64(low/2))/(float64(high/2)-float64(low/2))), bins-1)))
		}
		if o.malicious[i] {
			c.Malicious[bin]++
		} else {
			c.Benign[bin]++
		}
		if o.Flags[i] {
			flagged = min(flagged, s)
		} else {
			passed = max(passed, s)
		}
	}
	if flagged > passed && !math.IsInf(flagged, 0) {
		c.Cut = nullable.Float(flagged)
	}
	c.Alarms, c.Hits = o.corners()
	return c
}

// corners returns the points at which the ROC curve turns, from (0, 0) to the end;
// of more than can be kept those that lie evenly along it.
func (r *ranking) corners() (alarms, hits Counts) {
	turns := []step{{}}
	for i, s := range r.steps {
		if i+1 < len(r.steps) {
			before, after := turns[len(turns)-1], r.steps[i+1]
			if (s.alarms-before.alarms)*(after.hits-s.hits) == (after.alarms-s.alarms)*(s.hits-before.hits) {
				continue // straight on
			}
		}
		turns = append(turns, s)
	}
	kept := min(len(turns), points)
	for i := range kept {
		s := turns[i*(len(turns)-1)/(kept-1)]
		alarms, hits = append(alarms, s.alarms), append(hits, s.hits)
	}
	return alarms, hits
}
