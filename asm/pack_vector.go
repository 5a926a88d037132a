//go:build (amd64 || arm64) && !purego

package asm

// packRowAsm copies n > 0 whole rows of panels.
type packRowAsm func(dst *float32, panel, width int, src *float32, n int)

// vectorPackRow returns PackRow where a panel's row is whole vectors of lanes
// floats; what is left over of src, and any other width, goes to Go.
func vectorPackRow(lanes int, kernel packRowAsm) func(dst []float32, panel, width int, src []float32) {
	return func(dst []float32, panel, width int, src []float32) {
		checkPackRow(dst, panel, width, src)
		n := len(src) / width
		if n == 0 || width%lanes != 0 {
			packRowGeneric(dst, panel, width, src)
			return
		}
		kernel(&dst[0], panel, width, &src[0], n)
		if n*width < len(src) {
			packRowGeneric(dst[n*panel:], panel, width, src[n*width:])
		}
	}
}
