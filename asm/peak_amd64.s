//go:build !purego

#include "textflag.h"

// Twelve chains of fma that depend on nothing but themselves: what the core can
// do when no operand comes from memory.

#define FMA4(X, Y, C0, C1, C2, C3) \
	VFMADD231PS X, Y, C0;          \
	VFMADD231PS X, Y, C1;          \
	VFMADD231PS X, Y, C2;          \
	VFMADD231PS X, Y, C3

// PEAK adds the product of X and Y, both 0, to the others.
#define PEAK(X, Y, C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11) \
	MOVQ rounds+0(FP), CX;                                           \
	VXORPS X, X, X;                                                  \
	VXORPS Y, Y, Y;                                                  \
	PCALIGN $64;                                                     \
loop:                                                                \
	FMA4(X, Y, C0, C1, C2, C3);                                      \
	FMA4(X, Y, C4, C5, C6, C7);                                      \
	FMA4(X, Y, C8, C9, C10, C11);                                    \
	DECQ CX;                                                         \
	JGT  loop

// func peakAVX2(rounds int)
TEXT ·peakAVX2(SB), NOSPLIT, $0-8
	PEAK(Y12, Y13, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	VZEROUPPER
	RET

// func peakAVX512(rounds int)
TEXT ·peakAVX512(SB), NOSPLIT, $0-8
	PEAK(Z12, Z13, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11)
	VZEROUPPER
	RET
