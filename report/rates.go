package report

import (
	"strings"

	"sdrm/defenses/score"
)

// rate is a share of so many images with its interval.
func rate(share float64, images, digits int) string {
	low, high := score.WilsonOfShare(share, images)
	return strings.TrimSpace(format(share, digits) + " " + bounds(low, high))
}
