// Package spec says what a run is: the fields of a spec, each described once for
// the TOML file, the command line and the checks, and the file that holds them.
package spec

import (
	"fmt"
	"slices"
	"strings"

	"sdrm/attacks"
	"sdrm/mmd"
)

// Spec says what a run is. Two runs with the same Spec on the same images give
// the same weights, bit for bit.
type Spec struct {
	Name   string     `toml:"name"`
	Seed   uint64     `toml:"seed"`
	Data   DataSpec   `toml:"data"`
	Model  ModelSpec  `toml:"model"`
	Attack AttackSpec `toml:"attack"`
	Train  TrainSpec  `toml:"train"`
	MMD    MMDSpec    `toml:"mmd"`
	Detect DetectSpec `toml:"detect"`
}

// DataSpec says which images are used and how they reach the model.
type DataSpec struct {
	Set        string  `toml:"set"`
	Dir        string  `toml:"dir"`
	TrainFiles int     `toml:"train_files"`
	TrainLimit int     `toml:"train_limit"`
	TestLimit  int     `toml:"test_limit"`
	Resize     int     `toml:"resize"`
	Flip       bool    `toml:"flip"`
	Rotate     float64 `toml:"rotate"`
	Normalise  bool    `toml:"normalise"`
}

// ModelSpec names the classifier.
type ModelSpec struct {
	Name string `toml:"name"`
}

// AttackSpec says which backdoor is planted.
type AttackSpec struct {
	Name    string   `toml:"name"`
	Labels  string   `toml:"labels"`
	Target  int      `toml:"target"`
	Rate    float64  `toml:"rate"`
	Weight  float64  `toml:"weight"`
	Trigger string   `toml:"trigger"`
	Options []string `toml:"options"`
	Mode    string   `toml:"mode"`
}

// TrainSpec is the optimiser and its schedule.
type TrainSpec struct {
	Epochs      int     `toml:"epochs"`
	Batch       int     `toml:"batch"`
	Rate        float64 `toml:"lr"`
	Momentum    float64 `toml:"momentum"`
	WeightDecay float64 `toml:"weight_decay"`
	Schedule    string  `toml:"schedule"`
	Milestones  []int   `toml:"milestones"`
	Gamma       float64 `toml:"gamma"`
	Keep        string  `toml:"keep"`
	Memory      int     `toml:"memory"`
}

// MMDSpec is the statistical difference reduction, by MMD or another distance.
type MMDSpec struct {
	Lambda      float64 `toml:"lambda"`
	Warmup      int     `toml:"warmup"`
	Regulariser string  `toml:"regulariser"`
	Levels      string  `toml:"levels"`
	Estimator   string  `toml:"estimator"`
}

// Title says which distance the regulariser reduces, as sdrm list does.
func (m MMDSpec) Title() string {
	r, err := mmd.FindRegulariser(m.Regulariser)
	if err != nil {
		return m.Regulariser
	}
	return r.Title
}

// DetectSpec says what is measured and judged after training.
type DetectSpec struct {
	Detectors    []string `toml:"detectors"`
	Clean        int      `toml:"clean"`
	TrainSamples int      `toml:"train_samples"`
	Images       int      `toml:"images"`
	Projections  int      `toml:"projections"`
}

// Default returns the recipe of the authors' prototype (VGG-11 on CIFAR-10,
// Blended at 0.1, λ = 0.1 on all levels). What the prototype leaves open, the
// whole of [detect] and the seed, is our choice.
func Default() Spec {
	return Spec{
		Name:   "sdrm",
		Seed:   1,
		Data:   DataSpec{Set: "cifar10", TrainFiles: 5, Resize: 36, Flip: true},
		Model:  ModelSpec{Name: "vgg11"},
		Attack: AttackSpec{Name: "blended", Labels: attacks.AllToOneName, Rate: 0.1, Weight: 0.1, Mode: attacks.Prototype.String()},
		Train: TrainSpec{
			Epochs: 80, Batch: 256, Rate: 0.01, Momentum: 0.9, WeightDecay: 5e-4,
			Schedule: "multistep", Milestones: []int{40, 60}, Gamma: 0.1, Keep: "best",
		},
		MMD:    MMDSpec{Lambda: 0.1, Regulariser: "mmd", Levels: AllLevels, Estimator: mmd.Biased.String()},
		Detect: DetectSpec{Detectors: []string{"ac", "ss", "sr"}, Clean: 500, TrainSamples: 1000, Images: 500, Projections: 128},
	}
}

// The names of mmd.levels for some levels of a model, whatever they are called.
const (
	AllLevels = "all"
	LastLevel = "last" // the deepest
)

// Positions returns where in all, the levels of a model, those stand that
// mmd.levels names. The error is a *FieldError.
func (m MMDSpec) Positions(all []string) ([]int, error) {
	list := m.Levels
	switch list {
	case AllLevels:
		list = strings.Join(all, ",")
	case LastLevel:
		list = all[len(all)-1]
	}
	places, unknown := Chosen(all, list)
	if len(unknown) > 0 {
		return nil, &FieldError{"mmd.levels", fmt.Sprintf("%q", m.Levels),
			fmt.Sprintf("%s, %s, or some of %s with commas", AllLevels, LastLevel, strings.Join(all, ", "))}
	}
	return places, nil
}

// Chosen returns where in all the names of a list with commas stand, in the order
// of all, and those names of the list that are not there.
func Chosen(all []string, list string) (places []int, unknown []string) {
	names := strings.Split(list, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	for i, name := range all {
		if slices.Contains(names, name) {
			places = append(places, i)
		}
	}
	return places, slices.DeleteFunc(names, func(name string) bool { return slices.Contains(all, name) })
}
