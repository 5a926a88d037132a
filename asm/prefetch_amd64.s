//go:build !purego

#include "textflag.h"

// func prefetchLines(x *float32, lines int)
//
// No vector register is used, so there is no VZEROUPPER: it would fault on a CPU
// without AVX, where this runs beside the generic kernels.
TEXT ·prefetchLines(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ lines+8(FP), CX

loop:
	PREFETCHT1 (SI)
	ADDQ $64, SI
	DECQ CX
	JNE  loop
	RET
