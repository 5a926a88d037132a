package experiment

import "slices"

// Which detectors look at what they are told; the rest decide from the inspected
// latents alone. Those that run the model all hold clean images.
var (
	toldShare  = []string{"ss", "ss-exact", "spectre"}
	toldClean  = []string{"sr", "sr-sparse", "scan", "beatrix", "mmdtest"}
	toldOthers = []string{"scan", "ac-distance"}
)

// otherClean is how many clean images of each other class the defender holds at
// most, for detectors that compare classes (ours).
const otherClean = 100

// to returns what of t a detector of latents looks at.
func (t Told) to(name string) Told {
	if !slices.Contains(toldShare, name) {
		t.PoisonShare = 0
	}
	if !slices.Contains(toldClean, name) {
		t.Clean = 0
	}
	if !slices.Contains(toldOthers, name) {
		t.Others = 0
	}
	return t
}
