// Package defenses holds the detectors: those that look for poisoned samples in
// latents (Detector) and those that run the model on images (InputDetector).
// One detector a file, a registry of each kind, what a detector is told (Input,
// Suspect) and how its answer is scored (Judge).
//
// No answer depends on the order of the samples or on the number of threads:
// the first kind work on the samples in the order of their values or judge every
// sample by itself, as the others judge every image, and what is drawn of clean
// images is drawn from the order of their values. Permuting the samples permutes
// the answer and changes nothing else.
package defenses
