//go:build !linux

package hugepages

// Advise does nothing: the system decides.
func Advise([]float32) {}
