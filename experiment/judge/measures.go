package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sdrm/experiment/spec"
	"sdrm/mmd"
)

// Measures say how distances are measured, and how often sets are split and
// drawn anew for the evidence.
type Measures struct {
	Kernel       string `json:"kernel"`       // of the MMD: prototype, median, or the σ of a Gaussian
	Estimator    string `json:"estimator"`    // of the MMD: biased, unbiased or linear
	Permutations int    `json:"permutations"` // for the p-values, 0 for none
	Resamples    int    `json:"resamples"`    // for the intervals, 0 for none
}

// estimatorLinear is the estimator that Measures know beside those of training.
const estimatorLinear = "linear"

// Estimators returns the names of the estimators that Measures know.
func Estimators() []string { return append(mmd.EstimatorNames(), estimatorLinear) }

// Biased tells whether the MMD² is the biased estimate.
func (m Measures) Biased() bool { return m.Estimator == mmd.Biased.String() }

// DefaultMeasures returns the prototype's kernel and estimator, with 1,000
// splits and as many resamples (ours).
func DefaultMeasures() Measures {
	return Measures{Kernel: "prototype", Estimator: mmd.Biased.String(), Permutations: 1000, Resamples: 1000}
}

// mostResamples bounds permutations and resamples.
const mostResamples = 1_000_000

// Check returns a *spec.FieldError for the first field that is out of its range.
func (m Measures) Check() error {
	if _, err := m.kernel(); err != nil {
		return err
	}
	if known := Estimators(); !slices.Contains(known, m.Estimator) {
		return &spec.FieldError{Field: "estimator", Found: strconv.Quote(m.Estimator), Want: "one of " + strings.Join(known, ", ")}
	}
	for _, n := range []struct {
		field string
		found int
	}{{"permutations", m.Permutations}, {"resamples", m.Resamples}} {
		if n.found < 0 || n.found > mostResamples {
			return &spec.FieldError{Field: n.field, Found: strconv.Itoa(n.found), Want: fmt.Sprintf("0 to %d", mostResamples)}
		}
	}
	return nil
}

func (m Measures) kernel() (mmd.Kernel, error) {
	switch m.Kernel {
	case "prototype":
		return mmd.Prototype(), nil
	case "median":
		return mmd.Median(), nil
	}
	sigma, err := strconv.ParseFloat(m.Kernel, 64)
	if err != nil || !(sigma >= mmd.LeastSigma && sigma <= mmd.LargestSigma) {
		return mmd.Kernel{}, &spec.FieldError{Field: "kernel", Found: strconv.Quote(m.Kernel),
			Want: fmt.Sprintf("prototype, median, or the σ of a Gaussian, %g to %g", mmd.LeastSigma, mmd.LargestSigma)}
	}
	return mmd.Gaussian(sigma), nil
}
