//go:build !(amd64 || arm64) || purego

package asm

// Prefetch does nothing: there is no instruction for it here.
func Prefetch([]float32) {}
