package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"sdrm/experiment"
)

// override is a flag that sets a field of the spec.
type override struct {
	flag, field, usage string
	at                 func(*experiment.Spec) any // pointer to the field
}

var overrides = []override{
	{"name", "name", "what the run is called", func(s *experiment.Spec) any { return &s.Name }},
	{"seed", "seed", "names every random number of the run", func(s *experiment.Spec) any { return &s.Seed }},
	{"data", "data.set", "synthetic or cifar10", func(s *experiment.Spec) any { return &s.Data.Set }},
	{"data-dir", "data.dir", "folder of the data sets", func(s *experiment.Spec) any { return &s.Data.Dir }},
	{"train-files", "data.train_files", "cifar10: how many of the five training files", func(s *experiment.Spec) any { return &s.Data.TrainFiles }},
	{"train-limit", "data.train_limit", "first n training images, 0 for all", func(s *experiment.Spec) any { return &s.Data.TrainLimit }},
	{"test-limit", "data.test_limit", "first n test images, 0 for all", func(s *experiment.Spec) any { return &s.Data.TestLimit }},
	{"model", "model.name", "vgg5, vgg11, vgg13, vgg16 or vgg19", func(s *experiment.Spec) any { return &s.Model.Name }},
	{"attack", "attack.name", "badnets or blended", func(s *experiment.Spec) any { return &s.Attack.Name }},
	{"target", "attack.target", "class that triggered images are given", func(s *experiment.Spec) any { return &s.Attack.Target }},
	{"rate", "attack.rate", "share of the other classes' images that are poisoned", func(s *experiment.Spec) any { return &s.Attack.Rate }},
	{"trigger", "attack.trigger", "blended: image file", func(s *experiment.Spec) any { return &s.Attack.Trigger }},
	{"mode", "attack.mode", "prototype or frozen", func(s *experiment.Spec) any { return &s.Attack.Mode }},
	{"epochs", "train.epochs", "epochs to train", func(s *experiment.Spec) any { return &s.Train.Epochs }},
	{"batch", "train.batch", "images in a batch", func(s *experiment.Spec) any { return &s.Train.Batch }},
	{"lr", "train.lr", "learning rate", func(s *experiment.Spec) any { return &s.Train.Rate }},
	{"milestones", "train.milestones", "epochs at which the rate falls, with commas", func(s *experiment.Spec) any { return &s.Train.Milestones }},
	{"lambda", "mmd.lambda", "weight of the regulariser; 0 trains an ordinary backdoor", func(s *experiment.Spec) any { return &s.MMD.Lambda }},
	{"levels", "mmd.levels", "all, last, or names with commas", func(s *experiment.Spec) any { return &s.MMD.Levels }},
}

// parse sets the field from a flag's text.
func (o override) parse(s *experiment.Spec, text string) (err error) {
	switch field := o.at(s).(type) {
	case *string:
		*field = text
	case *int:
		*field, err = strconv.Atoi(text)
	case *uint64:
		*field, err = strconv.ParseUint(text, 10, 64)
	case *float64:
		*field, err = strconv.ParseFloat(text, 64)
	case *[]int:
		*field = []int{}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil {
				return errors.New("want whole numbers with commas")
			}
			*field = append(*field, n)
		}
	default:
		panic(fmt.Sprintf("override: field %s has type %T", o.field, field))
	}
	if err != nil {
		return errors.New("want a number")
	}
	return nil
}

// kind names the flag's values in the help text.
func (o override) kind() string {
	switch o.at(&experiment.Spec{}).(type) {
	case *string:
		return "text"
	case *[]int:
		return "list"
	}
	return "number"
}

// value is an override as a flag: its text is checked when it is parsed, and
// used once the spec is known.
type value struct {
	override
	text string
}

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return v.kind() }
func (v *value) Set(text string) error {
	v.text = text
	return v.parse(&experiment.Spec{}, text)
}

// addOverrides makes the flags, only those named if any is.
func addOverrides(flags *pflag.FlagSet, only ...string) {
	for _, o := range overrides {
		if len(only) == 0 || slices.Contains(only, o.flag) {
			flags.Var(&value{override: o}, o.flag, o.usage+" ("+o.field+")")
		}
	}
}

// apply sets what flags say. What is out of range by a flag is a mistake in its
// use.
func apply(flags *pflag.FlagSet, s *experiment.Spec) error {
	byField := map[string]string{}
	var failed error
	flags.Visit(func(f *pflag.Flag) {
		if v, ok := f.Value.(*value); ok && failed == nil {
			byField[v.field] = f.Name
			failed = v.parse(s, v.text)
		}
	})
	if failed != nil {
		return failed
	}
	err := s.Validate()
	var field *experiment.FieldError
	if errors.As(err, &field) {
		if flag, ok := byField[field.Field]; ok {
			return &usageError{fmt.Errorf("--%s: found %s, want %s", flag, field.Found, field.Want)}
		}
	}
	return err
}
