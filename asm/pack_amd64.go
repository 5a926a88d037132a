//go:build !purego

package asm

//go:noescape
func packRowAVX2(dst *float32, panel, width int, src *float32, n int)

//go:noescape
func packRowAVX512(dst *float32, panel, width int, src *float32, n int)

func (k *Kernels) usePackAVX2()   { k.PackRow = vectorPackRow(8, packRowAVX2) }
func (k *Kernels) usePackAVX512() { k.PackRow = vectorPackRow(16, packRowAVX512) }
