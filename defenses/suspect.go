package defenses

import (
	"context"
	"errors"
	"fmt"
	"math"

	"sdrm/internal/rng"
	"sdrm/models"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// Suspect is what a detector that runs the model itself is shown and told: a
// model that may hold a backdoor, images that may bear its trigger, and clean
// images that the defender holds. Images are N×H×W×3 with values in [0, 1].
type Suspect struct {
	// Model is what the detector queries. A detector that changes it puts it
	// back; no two may use it at the same time.
	Model *models.Model
	// Inputs are the inspected images. Only detectors that judge images look.
	Inputs *tensor.Tensor
	// Clean are images without a trigger, and CleanLabels their true classes.
	Clean       *tensor.Tensor
	CleanLabels []int
	// Seed names the streams of detectors that draw.
	Seed uint64
}

// Subject is what a detector's verdict is about.
type Subject int

// The subjects.
const (
	// EachInput means a flag for every inspected image: triggered or not.
	EachInput Subject = iota
	// EachClass means a flag for every class of the model: the target of a
	// backdoor or not.
	EachClass
)

// An InputDetector judges images by what the model makes of them and of
// variants of them, or judges the model itself. Nothing of it rests on how
// latents of benign and malicious images differ.
type InputDetector interface {
	// Name is the detector's short name, as tables and flags use it.
	Name() string
	// Subject says what the flags of its verdict stand for.
	Subject() Subject
	// Judge gives its verdict. Images or a model that no detector could judge
	// are an ErrSuspect; if ctx ends the error is context.Canceled.
	Judge(ctx context.Context, s Suspect) (Verdict, error)
}

// ErrSuspect is the error for images and models that cannot be judged.
var ErrSuspect = errors.New("unusable images or model")

// check returns an ErrSuspect unless the images can be judged and the defender
// holds at least least clean ones.
func (s Suspect) check(detector string, subject Subject, least int) error {
	if subject == EachInput {
		if err := checkImages(detector, "inputs", s.Inputs, 1); err != nil {
			return err
		}
	}
	if err := checkImages(detector, "clean images", s.Clean, least); err != nil {
		return err
	}
	if subject == EachInput && s.Clean.Shape.SampleLen() != s.Inputs.Shape.SampleLen() {
		return fmt.Errorf("%s: %w: clean images: found %v, expected the size of the inputs, %v", detector, ErrSuspect, s.Clean.Shape, s.Inputs.Shape)
	}
	if len(s.CleanLabels) != s.Clean.Shape.N() {
		return fmt.Errorf("%s: %w: clean images: found %d labels for %d images", detector, ErrSuspect, len(s.CleanLabels), s.Clean.Shape.N())
	}
	for i, label := range s.CleanLabels {
		if label < 0 || label >= s.Model.Classes {
			return fmt.Errorf("%s: %w: clean images: label %d of image %d, expected one below %d", detector, ErrSuspect, label, i, s.Model.Classes)
		}
	}
	return nil
}

func checkImages(detector, field string, x *tensor.Tensor, least int) error {
	if x == nil || x.Shape.N() < least {
		n := 0
		if x != nil {
			n = x.Shape.N()
		}
		return fmt.Errorf("%s: %w: %s: found %d, expected at least %d", detector, ErrSuspect, field, n, least)
	}
	for i, v := range x.Data {
		if !(v >= 0 && v <= 1) {
			size := x.Shape.SampleLen()
			return fmt.Errorf("%s: %w: %s: value %d of image %d is %v, expected 0 to 1", detector, ErrSuspect, field, i%size, i/size, v)
		}
	}
	return nil
}

// shuffled returns the places of the clean images in an order that is drawn
// from the seed and does not depend on the order in which they are given. Each
// purpose within a detector has a stream of its own.
func (s Suspect) shuffled(purpose int) []int {
	order := linalg.Order(s.Clean.Samples())
	draw := rng.New(s.Seed, rng.Search, 0, purpose)
	draw.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// pick returns copies of the images at the given places.
func pick(x *tensor.Tensor, places []int) *tensor.Tensor {
	y := tensor.New(tensor.Shape{len(places), x.Shape.H(), x.Shape.W(), x.Shape.C()})
	for i, at := range places {
		copy(y.Sample(i), x.Sample(at))
	}
	return y
}

// moments returns the mean and the standard deviation, with divisor n, of x.
func moments(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		d := v - mean
		deviation += float64(d * d)
	}
	return mean, math.Sqrt(deviation / float64(len(x)))
}
