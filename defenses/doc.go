// Package defenses holds the detectors: those that look for poisoned samples in
// latents, those that run a model on images, and those that inspect a model. One
// contract (Detector, Needs, Input, Verdict) and one detector a file, which
// registers itself; what they share, checks, statistics and decisions, is written
// once. Package score says how good a verdict is.
//
// A new detector is a file that registers it, its test, its line in
// verify/golden.txt (SDRM_ISA=generic go test ./verify -run TestKnownAnswers -update) and its row in
// docs/method.md or docs/input-detectors.md.
//
// No answer depends on the order of the samples or on the number of threads:
// detectors of latents work on them in the order of their values or score every
// sample by itself, as the others score every image, and what is drawn of clean
// images is drawn from the order of their values. Permuting the samples permutes
// the answer and changes nothing else.
package defenses
