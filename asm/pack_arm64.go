//go:build !purego

package asm

//go:noescape
func packRowNEON(dst *float32, panel, width int, src *float32, n int)

func (k *Kernels) usePackNEON() { k.PackRow = vectorPackRow(4, packRowNEON) }
