package subject

import (
	"strings"
	"testing"

	"sdrm/attacks"
	"sdrm/experiment/spec"
	"sdrm/experiment/spec/spectest"
)

// Classes without the images that the attack or the regulariser needs are named
// before anything is trained.
func TestClassesWithTooFewImages(t *testing.T) {
	for _, c := range []struct {
		change func(*spec.Spec)
		want   string // empty for none
	}{
		{func(*spec.Spec) {}, ""},
		{func(s *spec.Spec) { s.Attack.Target = 7 }, "attack.target: class 7, "},
		{func(s *spec.Spec) { s.Attack.Target, s.MMD.Lambda = 7, 0 }, ""},
		{func(s *spec.Spec) { s.Attack.Target, s.Attack.Rate = 7, 0 }, ""},
		{func(s *spec.Spec) { s.MMD.Estimator = "unbiased" }, "has 1 benign training images and at most 4 that the attack leads to it: the regulariser needs at least 2 of each"},
		{func(s *spec.Spec) { s.MMD.Estimator, s.MMD.Regulariser = "unbiased", "swd" }, ""},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Rate = "sig", 1 }, "has 0 benign training images and at most 1"},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Rate = "sig", 0.5 }, ""},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Target, s.MMD.Lambda = "sig", 7, 0 }, "data.train_limit: none of the 5 training images is of a class that sig poisons"},
		{func(s *spec.Spec) { s.Attack.Name = attacks.None }, ""},
		{func(s *spec.Spec) { s.Attack.Mode, s.Attack.Rate, s.MMD.Lambda = "frozen", 0.001, 0 }, "attack.rate: none of the 5 training images is drawn to be poisoned with a rate of 0.001"},
		{func(s *spec.Spec) { s.Attack.Mode, s.Attack.Rate = "frozen", 1 }, ""},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Mode, s.Attack.Rate = "sig", "frozen", 1 }, "has 0 benign training images and at most 1"},
		{func(s *spec.Spec) { s.Attack.Name, s.Attack.Labels = "badnets", attacks.AllToAllName }, "needs at least 2 of each"},
	} {
		s := spectest.Tiny()
		s.Train.Batch = 2
		x, err := LoadImages(t.Context(), s, 1)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&s)
		x.Poison.Target, x.Poison.Rate = s.Attack.Target, s.Attack.Rate
		if x.Poison.Mode, err = attacks.ParseMode(s.Attack.Mode); err != nil {
			t.Fatal(err)
		}
		if x.Poison.Attack, err = attacks.New(s.Attack.Name, nil); err != nil {
			t.Fatal(err)
		}
		if s.Attack.Labels == attacks.AllToAllName {
			x.Poison.Attack = x.Poison.Attack.LabelledAllToAll()
		}
		x.Train.Labels = []int{0, 1, 2, 3, 4} // one image of each of five classes
		err = x.checkEnough(s)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
