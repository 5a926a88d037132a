// Package train teaches a classifier on batches that an attack may have
// poisoned, with or without the statistical difference reduction of
// arXiv:2111.05077:
//
//	loss = cross-entropy + λ · Σ over the chosen levels of distance(benign, malicious)
//
// where benign are the latents of the batch samples whose original label is
// the target class and malicious those of the poisoned samples. A run can be
// stopped after any step and continues from its checkpoint bit for bit.
package train
