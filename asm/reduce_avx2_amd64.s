//go:build !purego

#include "textflag.h"

// The reductions. Lanes 0..7 are in Y0, lanes 8..15 in Y1.

#define L DI
#define X SI
#define Y DX
#define N CX

// EACH16 runs STEP over N elements, 16 at a time.
#define EACH16(STEP)    \
	MOVQ l+0(FP), L;    \
	MOVQ x+8(FP), X;    \
	MOVQ y+16(FP), Y;   \
	MOVQ n+24(FP), N;   \
	VXORPS  Y0, Y0, Y0; \
	VXORPS  Y1, Y1, Y1; \
	PCALIGN $32;        \
loop:                   \
	STEP;               \
	ADDQ    $64, X;     \
	SUBQ    $16, N;     \
	JNE     loop;       \
	VMOVUPS Y0, (L);    \
	VMOVUPS Y1, 32(L)

#define SUM             \
	VADDPS (X), Y0, Y0; \
	VADDPS 32(X), Y1, Y1

#define DOT                    \
	VMOVUPS     (X), Y2;       \
	VMOVUPS     32(X), Y3;     \
	VFMADD231PS (Y), Y2, Y0;   \
	VFMADD231PS 32(Y), Y3, Y1; \
	ADDQ        $64, Y

#define SQDIST                 \
	VMOVUPS     (X), Y2;       \
	VMOVUPS     32(X), Y3;     \
	VSUBPS      (Y), Y2, Y2;   \
	VSUBPS      32(Y), Y3, Y3; \
	VFMADD231PS Y2, Y2, Y0;    \
	VFMADD231PS Y3, Y3, Y1;    \
	ADDQ        $64, Y

// func sumLanesAVX2(l *lanes, x, y *float32, n int)
TEXT ·sumLanesAVX2(SB), NOSPLIT, $0-32
	EACH16(SUM)
	VZEROUPPER
	RET

// func dotLanesAVX2(l *lanes, x, y *float32, n int)
TEXT ·dotLanesAVX2(SB), NOSPLIT, $0-32
	EACH16(DOT)
	VZEROUPPER
	RET

// func sqDistLanesAVX2(l *lanes, x, y *float32, n int)
TEXT ·sqDistLanesAVX2(SB), NOSPLIT, $0-32
	EACH16(SQDIST)
	VZEROUPPER
	RET
