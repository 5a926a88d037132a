//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"
#include "max_arm64.h"

#define DST R0
#define X   R1
#define Y   R2
#define N   R3 // elements left

// UNARY, BINARY, SCALAR and UPDATE take over the arguments, which the prototypes
// of their kernels share, and run STEP over all elements.

#define UNARY(STEP)      \
	MOVD dst+0(FP), DST; \
	MOVD x+8(FP), X;     \
	MOVD n+16(FP), N;    \
	EACH(STEP)

#define BINARY(STEP)     \
	MOVD dst+0(FP), DST; \
	MOVD x+8(FP), X;     \
	MOVD y+16(FP), Y;    \
	MOVD n+24(FP), N;    \
	EACH(STEP)

// V4[0] is a.
#define SCALAR(STEP)      \
	MOVD  dst+0(FP), DST; \
	FMOVS a+8(FP), F4;    \
	MOVD  x+16(FP), X;    \
	MOVD  n+24(FP), N;    \
	EACH(STEP)

// V3[0], V4[0] and V5[0] are rate, momentum and decay.
#define UPDATE(STEP)           \
	MOVD  w+0(FP), DST;        \
	MOVD  v+8(FP), X;          \
	MOVD  dw+16(FP), Y;        \
	FMOVS rate+24(FP), F3;     \
	FMOVS momentum+28(FP), F4; \
	FMOVS decay+32(FP), F5;    \
	MOVD  n+40(FP), N;         \
	EACH(STEP)

// EACH runs STEP(OFFSET) over the N > 0 elements, a multiple of 4, four vectors
// at a time. STEP works on the vector at OFFSET(pointer).
#define EACH(STEP) \
	SUBS $16, N;   \
	BLT  rest;     \
	PCALIGN $32;   \
four:              \
	STEP(0);       \
	STEP(16);      \
	STEP(32);      \
	STEP(48);      \
	ADD  $64, DST; \
	ADD  $64, X;   \
	ADD  $64, Y;   \
	SUBS $16, N;   \
	BGE  four;     \
rest:              \
	ADDS $16, N;   \
	BEQ  done;     \
one:               \
	STEP(0);       \
	ADD  $16, DST; \
	ADD  $16, X;   \
	ADD  $16, Y;   \
	SUBS $4, N;    \
	BNE  one;      \
done:

#define ADD_STEP(OFFSET) \
	FMOVQ OFFSET(X), F0; \
	FMOVQ OFFSET(Y), F1; \
	VFADD_S4(1, 0, 0);   \
	FMOVQ F0, OFFSET(DST)

#define MAX_STEP(OFFSET) \
	FMOVQ OFFSET(X), F0; \
	FMOVQ OFFSET(Y), F1; \
	MAX2(0, 1, 3, 2);    \
	FMOVQ F2, OFFSET(DST)

#define RELU_STEP(OFFSET) \
	FMOVQ OFFSET(X), F0;  \
	VFCMLTZ_S4(0, 1);     \
	VBIC_B16(1, 0, 0);    \
	FMOVQ F0, OFFSET(DST)

// X is dy here.
#define RELUGRAD_STEP(OFFSET) \
	FMOVQ OFFSET(Y), F0;      \
	FMOVQ OFFSET(X), F1;      \
	VFCMLEZ_S4(0, 0);         \
	VBIC_B16(0, 1, 1);        \
	FMOVQ F1, OFFSET(DST)

#define SCALE_STEP(OFFSET)  \
	FMOVQ OFFSET(X), F0;    \
	VFMUL_LANE(4, 0, 0, 0); \
	FMOVQ F0, OFFSET(DST)

#define AXPY_STEP(OFFSET)   \
	FMOVQ OFFSET(DST), F0;  \
	FMOVQ OFFSET(X), F1;    \
	VFMLA_LANE(4, 0, 1, 0); \
	FMOVQ F0, OFFSET(DST)

// DST is w, X is v, Y is g.
#define SGD_STEP(OFFSET)    \
	FMOVQ OFFSET(DST), F0;  \
	FMOVQ OFFSET(Y), F1;    \
	VFMLA_LANE(5, 0, 0, 1); \
	FMOVQ OFFSET(X), F2;    \
	VFMLA_LANE(4, 0, 2, 1); \
	VFMLS_LANE(3, 0, 1, 0); \
	FMOVQ F1, OFFSET(X);    \
	FMOVQ F0, OFFSET(DST)

// func addNEON(dst, x, y *float32, n int)
TEXT ·addNEON(SB), NOSPLIT, $0-32
	BINARY(ADD_STEP)
	RET

// func maxNEON(dst, x, y *float32, n int)
TEXT ·maxNEON(SB), NOSPLIT, $0-32
	BINARY(MAX_STEP)
	RET

// func reluNEON(dst, x *float32, n int)
TEXT ·reluNEON(SB), NOSPLIT, $0-24
	UNARY(RELU_STEP)
	RET

// func reluGradNEON(dx, dy, y *float32, n int)
TEXT ·reluGradNEON(SB), NOSPLIT, $0-32
	BINARY(RELUGRAD_STEP)
	RET

// func scaleNEON(dst *float32, a float32, x *float32, n int)
TEXT ·scaleNEON(SB), NOSPLIT, $0-32
	SCALAR(SCALE_STEP)
	RET

// func axpyNEON(dst *float32, a float32, x *float32, n int)
TEXT ·axpyNEON(SB), NOSPLIT, $0-32
	SCALAR(AXPY_STEP)
	RET

// func sgdNEON(w, v, dw *float32, rate, momentum, decay float32, n int)
TEXT ·sgdNEON(SB), NOSPLIT, $0-48
	UPDATE(SGD_STEP)
	RET
