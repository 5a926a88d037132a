//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"
#include "winograd_arm64.h"

// The transforms of F(2×2,3×3). Each is one macro of registers, X the input and
// Y the output, for both products; the comment above it gives what it computes of
// x0..x3, and generic_winograd.go the order of the operations. V31[0] is ½.

#define HALF_TO_V31     FMOVS $0.5, F31
#define PLUS_HALF(X, D) VFMLA_LANE(31, 0, X, D)
#define HALVE(X)        VFMUL_LANE(31, 0, X, X)

// Bᵀ: x0 − x2, x1 + x2, x2 − x1, x1 − x3.
#define INPUT(X0, X1, X2, X3, Y0, Y1, Y2, Y3) \
	VFSUB_S4(X2, X0, Y0);                     \
	VFADD_S4(X2, X1, Y1);                     \
	VFSUB_S4(X1, X2, Y2);                     \
	VFSUB_S4(X3, X1, Y3)

#define INPUT_COLUMN(Y0, Y1, Y2, Y3)       \
	LOAD4;                                 \
	INPUT(24, 25, 26, 27, Y0, Y1, Y2, Y3); \
	NEXT_COLUMN

#define INPUT_ROW(X0, X1, X2, X3)          \
	INPUT(X0, X1, X2, X3, 24, 25, 26, 27); \
	STORE4;                                \
	NEXT_ROW

// func winograd2InputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2InputNEON(SB), NOSPLIT, $0-56
	ARGUMENTS

loop:
	FIRST_COLUMN
	INPUT_COLUMN(0, 4, 8, 12)
	INPUT_COLUMN(1, 5, 9, 13)
	INPUT_COLUMN(2, 6, 10, 14)
	INPUT_COLUMN(3, 7, 11, 15)
	FIRST_ROW
	INPUT_ROW(0, 1, 2, 3)
	INPUT_ROW(4, 5, 6, 7)
	INPUT_ROW(8, 9, 10, 11)
	INPUT_ROW(12, 13, 14, 15)
	NEXT
	BNE loop
	RET

// G: x0, ½(x0 + x2 + x1), ½(x0 + x2 − x1), x2. Y0 is X0 and Y3 is X2.
#define FILTER(X0, X1, X2, Y1, Y2) \
	VFADD_S4(X2, X0, Y2);          \
	VFADD_S4(X1, Y2, Y1);          \
	VFSUB_S4(X1, Y2, Y2);          \
	HALVE(Y1);                     \
	HALVE(Y2)

#define FILTER_COLUMN(Y0, Y1, Y2, Y3) \
	S0(Y0);                           \
	S1(24);                           \
	S2(Y3);                           \
	FILTER(Y0, 24, Y3, Y1, Y2);       \
	NEXT_COLUMN

#define FILTER_ROW(X0, X1, X2)  \
	FILTER(X0, X1, X2, 24, 25); \
	D0(X0);                     \
	D1(24);                     \
	D2(25);                     \
	D3(X2);                     \
	NEXT_ROW

// func winograd2FilterNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	HALF_TO_V31

loop:
	FIRST_COLUMN
	FILTER_COLUMN(0, 3, 6, 9)
	FILTER_COLUMN(1, 4, 7, 10)
	FILTER_COLUMN(2, 5, 8, 11)
	FIRST_ROW
	FILTER_ROW(0, 1, 2)
	FILTER_ROW(3, 4, 5)
	FILTER_ROW(6, 7, 8)
	FILTER_ROW(9, 10, 11)
	NEXT
	BNE loop
	RET

// Aᵀ: x0 + x1 + x2, x1 − x2 − x3.
#define OUTPUT(X0, X1, X2, X3, Y0, Y1) \
	VFADD_S4(X1, X0, Y0);              \
	VFADD_S4(X2, Y0, Y0);              \
	VFSUB_S4(X2, X1, Y1);              \
	VFSUB_S4(X3, Y1, Y1)

#define OUTPUT_COLUMN(Y0, Y1)       \
	LOAD4;                          \
	OUTPUT(24, 25, 26, 27, Y0, Y1); \
	NEXT_COLUMN

// V28 is the bias.
#define OUTPUT_ROW(X0, X1, X2, X3)  \
	OUTPUT(X0, X1, X2, X3, 24, 25); \
	VFADD_S4(28, 24, 24);           \
	VFADD_S4(28, 25, 25);           \
	D0(24);                         \
	D1(25);                         \
	NEXT_ROW

// func winograd2OutputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd2OutputNEON(SB), NOSPLIT, $0-64
	ARGUMENTS
	MOVD bias+56(FP), R(BIAS)

loop:
	FIRST_COLUMN
	OUTPUT_COLUMN(0, 4)
	OUTPUT_COLUMN(1, 5)
	OUTPUT_COLUMN(2, 6)
	OUTPUT_COLUMN(3, 7)
	FMOVQ.P 16(R(BIAS)), F28
	FIRST_ROW
	OUTPUT_ROW(0, 1, 2, 3)
	OUTPUT_ROW(4, 5, 6, 7)
	NEXT
	BNE loop
	RET

// A: x0, x0 + x1, x0 − x1, −x1. Y0 is X0.
#define OUTPUTGRAD(X0, X1, Y1, Y2, Y3) \
	VFADD_S4(X1, X0, Y1);              \
	VFSUB_S4(X1, X0, Y2);              \
	VFNEG_S4(X1, Y3)

#define OUTPUTGRAD_COLUMN(Y0, Y1, Y2, Y3) \
	S0(Y0);                               \
	S1(24);                               \
	OUTPUTGRAD(Y0, 24, Y1, Y2, Y3);       \
	NEXT_COLUMN

#define OUTPUTGRAD_ROW(X0, X1)      \
	OUTPUTGRAD(X0, X1, 24, 25, 26); \
	D0(X0);                         \
	D1(24);                         \
	D2(25);                         \
	D3(26);                         \
	NEXT_ROW

// func winograd2OutputGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2OutputGradNEON(SB), NOSPLIT, $0-56
	ARGUMENTS

loop:
	FIRST_COLUMN
	OUTPUTGRAD_COLUMN(0, 2, 4, 6)
	OUTPUTGRAD_COLUMN(1, 3, 5, 7)
	FIRST_ROW
	OUTPUTGRAD_ROW(0, 1)
	OUTPUTGRAD_ROW(2, 3)
	OUTPUTGRAD_ROW(4, 5)
	OUTPUTGRAD_ROW(6, 7)
	NEXT
	BNE loop
	RET

// Gᵀ: x0 + ½(x1 + x2), ½(x1 − x2), x3 + ½(x1 + x2). Y0 ends in X0 and Y2 in X3;
// X2 is used up.
#define FILTERGRAD(X0, X1, X2, X3, Y1) \
	VFSUB_S4(X2, X1, Y1);              \
	HALVE(Y1);                         \
	VFADD_S4(X2, X1, X2);              \
	PLUS_HALF(X2, X0);                 \
	PLUS_HALF(X2, X3)

#define FILTERGRAD_COLUMN(Y0, Y1, Y2) \
	S0(Y0);                           \
	S1(24);                           \
	S2(25);                           \
	S3(Y2);                           \
	FILTERGRAD(Y0, 24, 25, Y2, Y1);   \
	NEXT_COLUMN

#define FILTERGRAD_ROW(X0, X1, X2, X3) \
	FILTERGRAD(X0, X1, X2, X3, 24);    \
	D0(X0);                            \
	D1(24);                            \
	D2(X3);                            \
	NEXT_ROW

// func winograd2FilterGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterGradNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	HALF_TO_V31

loop:
	FIRST_COLUMN
	FILTERGRAD_COLUMN(0, 4, 8)
	FILTERGRAD_COLUMN(1, 5, 9)
	FILTERGRAD_COLUMN(2, 6, 10)
	FILTERGRAD_COLUMN(3, 7, 11)
	FIRST_ROW
	FILTERGRAD_ROW(0, 1, 2, 3)
	FILTERGRAD_ROW(4, 5, 6, 7)
	FILTERGRAD_ROW(8, 9, 10, 11)
	NEXT
	BNE loop
	RET
