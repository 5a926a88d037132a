//go:build (!amd64 && !arm64) || purego

package asm

// nativeKernels returns the tables beyond the generic one: here, none.
func nativeKernels(*Kernels) []*Kernels { return nil }

func peak(_ ISA, rounds int) (lanes int) { return peakGeneric(rounds) }

// Prefetch does nothing: there is no instruction for it here.
func Prefetch([]float32) {}
