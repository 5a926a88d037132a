// Package spectest has the spec that tests of runs share.
package spectest

import "sdrm/experiment/spec"

// Tiny is a run of SDRM that plain Go does in seconds.
func Tiny() spec.Spec {
	s := spec.Default()
	s.Name = "tiny"
	s.Data = spec.DataSpec{Set: "synthetic", TrainFiles: 5, TrainLimit: 64, TestLimit: 80, Resize: 36, Flip: true}
	s.Model.Name = "vgg5"
	s.Attack.Rate = 0.9 // nearly everything is called the target, so there is much to judge
	s.Train.Epochs, s.Train.Batch = 2, 16
	s.Train.Keep = "last"
	s.Detect.Projections = 16
	return s
}
