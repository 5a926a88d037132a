//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "exp64_amd64.h"

#define FLOOR(V) VROUNDPD $9, V, V

// func exp64AVX2(dst, x *float64, n int) int
TEXT ·exp64AVX2(SB), NOSPLIT, $0-32
	EXP64
	MOVQ I, ret+24(FP)
	VZEROUPPER
	RET
