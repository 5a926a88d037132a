package defenses

import (
	"context"
	"errors"
	"math"

	"sdrm/internal/rng"
	"sdrm/tensor"
	"sdrm/tensor/linalg"
)

// ErrImages is the error for images and models that cannot be inspected.
var ErrImages = errors.New("unusable images or model")

// checkImages returns an error unless there is what the detector inspects and
// the defender holds least clean images or more.
func (in Input) checkImages(ctx context.Context, d Detector, least int) error {
	needs := d.Needs()
	if needs.Unit == Images {
		if err := checkPixels(d, "inputs", in.Images, 1); err != nil {
			return err
		}
	}
	if err := checkPixels(d, "clean images", in.CleanImages, least); err != nil {
		return err
	}
	fail := func(format string, args ...any) error { return unusable(d, ErrImages, format, args...) }
	shape := in.CleanImages.Shape
	if needs.Unit == Images && shape.SampleLen() != in.Images.Shape.SampleLen() {
		return fail("clean images: found %v, expected the size of the inputs, %v", shape, in.Images.Shape)
	}
	if len(in.CleanLabels) != shape.N() {
		return fail("clean images: found %d labels for %d images", len(in.CleanLabels), shape.N())
	}
	if needs.Model && in.Model == nil {
		return fail("model: found none")
	}
	classes := math.MaxInt
	if in.Model != nil {
		classes = in.Model.Classes
	}
	for i, label := range in.CleanLabels {
		if label < 0 || label >= classes {
			return fail("clean images: label %d of image %d, expected one below %d", label, i, classes)
		}
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	return nil
}

func checkPixels(d Detector, field string, x *tensor.Tensor, least int) error {
	n := 0
	if x != nil {
		n = x.Shape.N()
	}
	if n < least {
		return unusable(d, ErrImages, "%s: found %d, expected at least %d", field, n, least)
	}
	for i, v := range x.Data {
		if !(v >= 0 && v <= 1) {
			size := x.Shape.SampleLen()
			return unusable(d, ErrImages, "%s: value %d of image %d is %v, expected 0 to 1", field, i%size, i/size, v)
		}
	}
	return nil
}

// shuffledClean returns the places of the clean images in an order that is drawn
// from the seed and does not depend on the order in which they are given. Each
// purpose within a detector has a stream of its own.
func (in Input) shuffledClean(purpose int) []int {
	return shuffled(linalg.Order(in.CleanImages.Samples()), rng.New(in.Seed, rng.Search, 0, purpose))
}

// pick returns copies of the images at the given places.
func pick(x *tensor.Tensor, places []int) *tensor.Tensor {
	y := tensor.New(tensor.Shape{len(places), x.Shape.H(), x.Shape.W(), x.Shape.C()})
	for i, at := range places {
		copy(y.Sample(i), x.Sample(at))
	}
	return y
}
