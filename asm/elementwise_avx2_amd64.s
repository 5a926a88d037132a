//go:build !purego

#include "textflag.h"

#define V0 Y0
#define V1 Y1
#define V2 Y2
#define V3 Y3
#define V4 Y4
#define V5 Y5
#define VLEN 32

#define KEEP_POSITIVE(CONDITION, X)              \
	VCMPPS $0x1e, ZERO, CONDITION, CONDITION; \
	VANDPS CONDITION, X, X

#include "elementwise_amd64.h"
#include "exp_amd64.h"

// func addAVX2(dst, x, y *float32, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	EACH(ADD)
	VZEROUPPER
	RET

// func maxAVX2(dst, x, y *float32, n int)
TEXT ·maxAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	EACH(MAX)
	VZEROUPPER
	RET

// func reluAVX2(dst, x *float32, n int)
TEXT ·reluAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ n+16(FP), N
	VXORPS ZERO, ZERO, ZERO
	EACH(RELU)
	VZEROUPPER
	RET

// func reluGradAVX2(dx, dy, y *float32, n int)
TEXT ·reluGradAVX2(SB), NOSPLIT, $0-32
	MOVQ dx+0(FP), DST
	MOVQ dy+8(FP), X
	MOVQ y+16(FP), Y
	MOVQ n+24(FP), N
	VXORPS ZERO, ZERO, ZERO
	EACH(RELUGRAD)
	VZEROUPPER
	RET

// func scaleAVX2(dst *float32, a float32, x *float32, n int)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	VBROADCASTSS a+8(FP), V4
	MOVQ x+16(FP), X
	MOVQ n+24(FP), N
	EACH(SCALE)
	VZEROUPPER
	RET

// func axpyAVX2(dst *float32, a float32, x *float32, n int)
TEXT ·axpyAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	VBROADCASTSS a+8(FP), V4
	MOVQ x+16(FP), X
	MOVQ n+24(FP), N
	EACH(AXPY)
	VZEROUPPER
	RET

// func sgdAVX2(w, v, dw *float32, rate, momentum, decay float32, n int)
TEXT ·sgdAVX2(SB), NOSPLIT, $0-48
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

// func expAVX2(dst, x *float32, n int)
TEXT ·expAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ x+8(FP), X
	MOVQ n+16(FP), N
	EACH(EXP)
	VZEROUPPER
	RET
