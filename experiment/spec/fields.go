package spec

import (
	"cmp"
	"math"
	"regexp"
	"strings"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/defenses"
	"sdrm/mmd"
	"sdrm/models"
)

// Field is a field of a spec: its name and place, what it means, and what it may
// be. The TOML file, the flags, their help and the checks are made from it.
type Field struct {
	Key  string // dotted, as in the TOML file: train.lr
	Flag string // that sets it on the command line; empty for none
	Doc  string // what it means; empty where the name says it

	choices func() []string // what a text may be; nil for anything
	empty   func(Spec) bool // whether a spec's file passes over it; nil for never
	at      func(*Spec) any // a pointer to it
	check   func(Spec) error
}

// tableDocs say what a table of the file is, where its name does not.
var tableDocs = map[string]string{
	"mmd": "the regulariser: loss = cross-entropy + lambda * sum of MMD², or of another distance, over the levels",
}

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// leastSide is the side that models see of images that are no larger.
const leastSide = 32

// LevelNames are the levels that every model has.
var LevelNames = []string{"s1", "s2", "s3"}

// Fields are all fields of a spec, in the order of its file.
var Fields = []Field{
	field("name", "name", "what the run is called in tables", func(s *Spec) *string { return &s.Name },
		matching(nameRule, "at most 100 letters, digits, dots, dashes and underlines")),
	field("seed", "seed", "names every random number of the run", func(s *Spec) *uint64 { return &s.Seed },
		where(func(v uint64) bool { return v <= math.MaxInt64 }, "at most 2^63-1")),

	choice("data.set", "data", "", datasets.Names, func(s *Spec) *string { return &s.Data.Set }),
	field("data.dir", "data-dir", "folder of the data sets (folder: of the images); empty: $SDRM_DATA, else the user's cache folder",
		func(s *Spec) *string { return &s.Data.Dir }, writable),
	field("data.train_files", "train-files", "sets whose training images lie in several files: how many of them, from the first",
		func(s *Spec) *int { return &s.Data.TrainFiles }, func(s Spec, v int) (string, error) { return between(1, s.files())(s, v) }),
	field("data.train_limit", "train-limit", "first n training images, 0 for all (synthetic: how many are made)",
		func(s *Spec) *int { return &s.Data.TrainLimit }, upTo(func(s Spec) int { return s.source().Limit(datasets.Train, s.Data.TrainFiles) })),
	field("data.test_limit", "test-limit", "first n test images, 0 for all (synthetic: how many are made)",
		func(s *Spec) *int { return &s.Data.TestLimit }, upTo(func(s Spec) int { return s.source().Limit(datasets.Test, 0) })),
	field("data.resize", "resize", "side in pixels before the crop, which is random in training, central in tests: to 32 pixels, or to the images' side if that is more",
		func(s *Spec) *int { return &s.Data.Resize },
		func(s Spec, v int) (string, error) { return between(s.CropSide(), 8*s.CropSide())(s, v) }),
	field("data.flip", "", "mirror half of the training images, unless the set's classes forbid it", func(s *Spec) *bool { return &s.Data.Flip }, anything),
	optional(field("data.rotate", "rotate", "degrees by which training images are turned at most, either way, after crop and flip; usual: 15",
		func(s *Spec) *float64 { return &s.Data.Rotate }, atMost(180))),
	optional(field("data.normalise", "", "let the model subtract the set's usual mean and divide by its usual deviation first, channel by channel",
		func(s *Spec) *bool { return &s.Data.Normalise }, func(s Spec, v bool) (string, error) {
			if v && s.source().Mean == nil {
				return "false: the set has no usual mean", nil
			}
			return "", nil
		})),

	choice("model.name", "model", "", models.Names, func(s *Spec) *string { return &s.Model.Name }),

	choice("attack.name", "attack", "", attacks.Names, func(s *Spec) *string { return &s.Attack.Name }),
	optional(labels("attack.labels", "labels", "all-to-one: triggered images are led to the target; all-to-all: those of each class to the next, where the attack's makers do so",
		func(s *Spec) *string { return &s.Attack.Labels })),
	field("attack.target", "target", "class that triggered images are given; all-to-all: that is judged", func(s *Spec) *int { return &s.Attack.Target },
		upTo(func(s Spec) int { return cmp.Or(s.Classes(), datasets.MostClasses) - 1 })),
	field("attack.rate", "rate", "share of the images that are poisoned, of those that the attack may poison",
		func(s *Spec) *float64 { return &s.Attack.Rate }, atMost(1)),
	field("attack.weight", "weight", withOption("weight")+": share of the trigger in the image", func(s *Spec) *float64 { return &s.Attack.Weight },
		where(func(v float64) bool { return v > 0 && v <= 1 }, "more than 0, at most 1")),
	field("attack.trigger", "trigger", withOption("trigger")+": image file; empty: the built-in trigger",
		func(s *Spec) *string { return &s.Attack.Trigger }, writable),
	optional(field("attack.options", "", "what else the attack is told, each as name=value",
		func(s *Spec) *[]string { return &s.Attack.Options }, checkOptions)),
	choice("attack.mode", "mode", "images are chosen anew at every fetch, or once by the seed", attacks.ModeNames,
		func(s *Spec) *string { return &s.Attack.Mode }),

	field("train.epochs", "epochs", "", func(s *Spec) *int { return &s.Train.Epochs }, between(1, 1_000_000)),
	field("train.batch", "batch", "images in a batch", func(s *Spec) *int { return &s.Train.Batch }, between(2, 65_536)),
	field("train.lr", "lr", "learning rate of the first epoch", func(s *Spec) *float64 { return &s.Train.Rate },
		where(func(v float64) bool { return v > 0 && v <= 100 }, "more than 0, at most 100")),
	field("train.momentum", "momentum", "", func(s *Spec) *float64 { return &s.Train.Momentum },
		where(func(v float64) bool { return v >= 0 && v < 1 }, "at least 0, less than 1")),
	field("train.weight_decay", "", "", func(s *Spec) *float64 { return &s.Train.WeightDecay }, atMost(1)),
	choice("train.schedule", "schedule", "", names("multistep", "cosine"), func(s *Spec) *string { return &s.Train.Schedule }),
	field("train.milestones", "milestones", "multistep: epochs after which lr is multiplied by gamma",
		func(s *Spec) *[]int { return &s.Train.Milestones }, where(rising, "rising epochs above 0")),
	field("train.gamma", "", "", func(s *Spec) *float64 { return &s.Train.Gamma }, atMost(1)),
	choice("train.keep", "keep", "weights that are judged: of the epoch with the best clean test accuracy, or of the last",
		names("best", "last"), func(s *Spec) *string { return &s.Train.Keep }),
	optional(field("train.memory", "memory", "most bytes that the activations and gradients of a step take, 0 for no bound: activations beyond it are computed again, with the same bits",
		func(s *Spec) *int { return &s.Train.Memory }, where(func(v int) bool { return v >= 0 }, "0 (no bound) or more"))),

	field("mmd.lambda", "lambda", "weight of the regulariser; 0 trains an ordinary backdoor",
		func(s *Spec) *float64 { return &s.MMD.Lambda }, atMost(1000)),
	optional(field("mmd.warmup", "warmup", "epochs in whose steps the weight rises from 0 to lambda",
		func(s *Spec) *int { return &s.MMD.Warmup }, upTo(func(s Spec) int { return s.Train.Epochs }))),
	optional(choice("mmd.regulariser", "regulariser", "the distance that it reduces", mmd.RegulariserNames,
		func(s *Spec) *string { return &s.MMD.Regulariser })),
	field("mmd.levels", "levels", "all, last, or names with commas: s1,s3", func(s *Spec) *string { return &s.MMD.Levels },
		func(s Spec, _ string) (string, error) { _, err := s.MMD.Positions(LevelNames); return "", err }),
	choice("mmd.estimator", "", "mmd, ed: biased is the prototype's", mmd.EstimatorNames,
		func(s *Spec) *string { return &s.MMD.Estimator }),

	choices("detect.detectors", "", "", defenses.Names, func(s *Spec) *[]string { return &s.Detect.Detectors }),
	field("detect.clean", "", "clean images that the defender has, at most: of the inspected class for detectors of latents, of all classes for the others",
		func(s *Spec) *int { return &s.Detect.Clean }, between(0, 1_000_000)),
	field("detect.train_samples", "", "frozen mode: images inspected of each class, from the first; 0 for all",
		func(s *Spec) *int { return &s.Detect.TrainSamples }, between(0, 1_000_000)),
	optional(field("detect.images", "", "clean, and as many triggered, test images that detectors of inputs inspect, at most",
		func(s *Spec) *int { return &s.Detect.Images }, between(10, 1_000_000))),
	field("detect.projections", "", "of the sliced Wasserstein distance", func(s *Spec) *int { return &s.Detect.Projections },
		between(1, 100_000)),
}

// withOption names the attacks that know an option.
func withOption(option string) string {
	var names []string
	for _, r := range attacks.All() {
		if r.Has(option) {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// source returns what is known of the data set, of which the name was checked.
func (s Spec) source() datasets.Source {
	source, err := datasets.Find(s.Data.Set)
	if err != nil {
		panic("spec: the data set was not checked")
	}
	return source
}

// CropSide returns the side of the images that the models see, of a valid spec.
func (s Spec) CropSide() int { return max(leastSide, min(s.source().H, s.source().W)) }

// Classes returns the number of classes of the data set of a valid spec, 0 if its
// files must be looked at to know.
func (s Spec) Classes() int { return len(s.source().Classes) }

// files returns the largest data.train_files; no bound for a set that ignores it.
func (s Spec) files() int { return cmp.Or(s.source().Files, math.MaxInt) }
