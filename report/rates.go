package report

import (
	"math"
	"strings"

	"sdrm/defenses/score"
	"sdrm/internal/nullable"
)

// rateBounds are those of Wilson's 95 % interval of a share of so many images, NaN
// where their number is not known.
func rateBounds(share float64, images int) (low, high nullable.Float) {
	if images <= 0 || !(share >= 0 && share <= 1) {
		return nullable.NaN(), nullable.NaN()
	}
	return score.Wilson(int(math.Round(share*float64(images))), images)
}

// rate is a share with its interval.
func rate(share float64, images, digits int) string {
	low, high := rateBounds(share, images)
	return strings.TrimSpace(format(share, digits) + " " + bounds(low, high))
}
