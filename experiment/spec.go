package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Spec says what a run is. Two runs with the same Spec on the same images give
// the same weights, bit for bit.
type Spec struct {
	Name   string     `toml:"name" comment:"what the run is called in tables"`
	Seed   uint64     `toml:"seed" comment:"names every random number of the run"`
	Data   DataSpec   `toml:"data"`
	Model  ModelSpec  `toml:"model"`
	Attack AttackSpec `toml:"attack"`
	Train  TrainSpec  `toml:"train"`
	MMD    MMDSpec    `toml:"mmd" comment:"the regulariser: loss = cross-entropy + lambda * sum of MMD² over the levels"`
	Detect DetectSpec `toml:"detect"`
}

// DataSpec says which images are used and how they reach the model.
type DataSpec struct {
	Set        string `toml:"set" comment:"synthetic or cifar10"`
	Dir        string `toml:"dir" comment:"folder of the data sets; empty: $SDRM_DATA, else the user's cache folder"`
	TrainFiles int    `toml:"train_files" comment:"cifar10: how many of the five training files, from the first"`
	TrainLimit int    `toml:"train_limit" comment:"first n training images, 0 for all (synthetic: how many are made)"`
	TestLimit  int    `toml:"test_limit" comment:"first n test images, 0 for all (synthetic: how many are made)"`
	Resize     int    `toml:"resize" comment:"side in pixels before the 32-pixel crop: random in training, central in tests"`
	Flip       bool   `toml:"flip" comment:"mirror half of the training images"`
}

// ModelSpec names the classifier.
type ModelSpec struct {
	Name string `toml:"name"`
}

// AttackSpec says which backdoor is planted.
type AttackSpec struct {
	Name    string  `toml:"name"`
	Target  int     `toml:"target" comment:"class that triggered images are given"`
	Rate    float64 `toml:"rate" comment:"share of the images of other classes that are poisoned"`
	Weight  float64 `toml:"weight" comment:"blended: share of the trigger in the image"`
	Trigger string  `toml:"trigger" comment:"blended: image file; empty: the built-in trigger"`
	Mode    string  `toml:"mode" comment:"prototype: drawn anew at every fetch; frozen: drawn once by the seed"`
}

// TrainSpec is the optimiser and its schedule.
type TrainSpec struct {
	Epochs      int     `toml:"epochs"`
	Batch       int     `toml:"batch"`
	Rate        float64 `toml:"lr" comment:"learning rate of the first epoch"`
	Momentum    float64 `toml:"momentum"`
	WeightDecay float64 `toml:"weight_decay"`
	Schedule    string  `toml:"schedule" comment:"multistep or cosine"`
	Milestones  []int   `toml:"milestones" comment:"multistep: epochs from which lr is multiplied by gamma"`
	Gamma       float64 `toml:"gamma"`
	Keep        string  `toml:"keep" comment:"weights that are judged: best (clean test accuracy) or last"`
}

// MMDSpec is the statistical difference reduction.
type MMDSpec struct {
	Lambda    float64 `toml:"lambda" comment:"0 trains an ordinary backdoor"`
	Levels    string  `toml:"levels" comment:"all, last, or names with commas: s1,s3"`
	Estimator string  `toml:"estimator" comment:"biased (the prototype's) or unbiased"`
}

// DetectSpec says what is measured and judged after training.
type DetectSpec struct {
	Detectors    []string `toml:"detectors"`
	Clean        int      `toml:"clean" comment:"clean training images of the target class that the defender holds, at most"`
	TrainSamples int      `toml:"train_samples" comment:"frozen mode: images inspected of each class, from the first; 0 for all"`
	Projections  int      `toml:"projections" comment:"of the sliced Wasserstein distance"`
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
		Attack: AttackSpec{Name: "blended", Rate: 0.1, Weight: 0.1, Mode: "prototype"},
		Train: TrainSpec{
			Epochs: 80, Batch: 256, Rate: 0.01, Momentum: 0.9, WeightDecay: 5e-4,
			Schedule: "multistep", Milestones: []int{40, 60}, Gamma: 0.1, Keep: "best",
		},
		MMD:    MMDSpec{Lambda: 0.1, Levels: "all", Estimator: "biased"},
		Detect: DetectSpec{Detectors: []string{"ac", "ss", "sr"}, Clean: 500, TrainSamples: 1000, Projections: 128},
	}
}

// Encode returns the spec as TOML with every field written out.
func (s Spec) Encode() []byte {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.SetIndentTables(false)
	if err := e.Encode(s); err != nil {
		panic(fmt.Sprintf("experiment: Spec: cannot be encoded: %v", err))
	}
	return b.Bytes()
}

// Hash identifies what the spec asks for: the SHA-256 of its fields as JSON,
// sorted by their TOML names, so that comments and order do not count. data.dir
// is left out, for it says where the images lie and not what they are.
func (s Spec) Hash() string {
	s.Data.Dir = ""
	var fields map[string]any
	if err := toml.Unmarshal(s.Encode(), &fields); err != nil {
		panic(fmt.Sprintf("experiment: Spec: cannot be read back: %v", err))
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("experiment: Spec: cannot be hashed: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// levels returns the positions of the levels that mmd.levels names in all.
func (m MMDSpec) levels(all []string) ([]int, error) {
	switch m.Levels {
	case "all":
		out := make([]int, len(all))
		for i := range out {
			out[i] = i
		}
		return out, nil
	case "last":
		return []int{len(all) - 1}, nil
	}
	chosen := map[string]bool{}
	for _, name := range strings.Split(m.Levels, ",") {
		chosen[strings.TrimSpace(name)] = true
	}
	var out []int
	for i, name := range all {
		if chosen[name] {
			out = append(out, i)
			delete(chosen, name)
		}
	}
	if len(chosen) > 0 || len(out) == 0 {
		return nil, &FieldError{"mmd.levels", fmt.Sprintf("%q", m.Levels),
			fmt.Sprintf("all, last, or some of %s with commas", strings.Join(all, ", "))}
	}
	return out, nil
}
