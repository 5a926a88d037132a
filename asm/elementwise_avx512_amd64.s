//go:build !purego

#include "textflag.h"

#define V0 Z0
#define V1 Z1
#define V2 Z2
#define V3 Z3
#define V4 Z4
#define V5 Z5
#define VLEN 64

#define KEEP_POSITIVE(CONDITION, X)      \
	VCMPPS    $0x1e, ZERO, CONDITION, K1; \
	VMOVAPS.Z X, K1, X

#include "elementwise_amd64.h"
#include "exp_amd64.h"

// func addAVX512(dst, x, y *float32, n int)
TEXT ·addAVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	EACH(ADD)
	VZEROUPPER
	RET

// func maxAVX512(dst, x, y *float32, n int)
TEXT ·maxAVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	EACH(MAX)
	VZEROUPPER
	RET

// func reluAVX512(dst, x *float32, n int)
TEXT ·reluAVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ n+16(FP), N
	VPXORD ZERO, ZERO, ZERO
	EACH(RELU)
	VZEROUPPER
	RET

// func reluGradAVX512(dx, dy, y *float32, n int)
TEXT ·reluGradAVX512(SB), NOSPLIT, $0-32
	MOVQ dx+0(FP), DST
	MOVQ dy+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	VPXORD ZERO, ZERO, ZERO
	EACH(RELUGRAD)
	VZEROUPPER
	RET

// func scaleAVX512(dst *float32, a float32, x *float32, n int)
TEXT ·scaleAVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	VBROADCASTSS a+8(FP), V4
	MOVQ x+16(FP), X
	MOVQ n+24(FP), N
	EACH(SCALE)
	VZEROUPPER
	RET

// func axpyAVX512(dst *float32, a float32, x *float32, n int)
TEXT ·axpyAVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	VBROADCASTSS a+8(FP), V4
	MOVQ x+16(FP), X
	MOVQ n+24(FP), N
	EACH(AXPY)
	VZEROUPPER
	RET

// func sgdAVX512(w, v, dw *float32, rate, momentum, decay float32, n int)
TEXT ·sgdAVX512(SB), NOSPLIT, $0-48
	MOVQ w+0(FP), DST
	MOVQ v+8(FP), X
	MOVQ dw+16(FP), Y
	VBROADCASTSS rate+24(FP), V3
	VBROADCASTSS momentum+28(FP), V4
	VBROADCASTSS decay+32(FP), V5
	MOVQ n+40(FP), N
	EACH(SGD)
	VZEROUPPER
	RET

// func expAVX512(dst, x *float32, n int)
TEXT ·expAVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ n+16(FP), N
	EACH(EXP)
	VZEROUPPER
	RET
