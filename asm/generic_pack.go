package asm

func packRowGeneric(dst []float32, panel, width int, src []float32) {
	checkPackRow(dst, panel, width, src)
	for at := 0; len(src) > 0; at += panel {
		row := dst[at : at+width]
		n := copy(row, src)
		clear(row[n:])
		src = src[n:]
	}
}
