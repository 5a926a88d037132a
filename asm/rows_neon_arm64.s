//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"
#include "max_arm64.h"

// The kernels over rows of channels; the arguments are those of generic_rows.go.
// General registers are known by their numbers.
//
// Sums stay in the L1 cache between two rows. That takes a load and a store for
// each, but reads the rows in the order of memory.

#define ROWS  0
#define C     1  // bytes of a row
#define WHOLE 2  // bytes of a row that are to be done
#define I     3  // bytes of the row done
#define X     4  // points to the current row, as do the two below
#define DY    5
#define DST   6
#define P1    7  // per-channel slices
#define P2    8
#define P3    9
#define P4    10
#define P5    11

// SLICE takes over a slice, from the first channel on.
#define SLICE(FIELD, TO)     \
	MOVD FIELD(R(C)), R(TO); \
	ADD  R(I)<<2, R(TO), R(TO)

#include "rows.h"

// ARGUMENTS takes over the rowArgs, with counts of bytes for those of channels.
#define ARGUMENTS                       \
	MOVD a+0(FP), R(C);                 \
	MOVD rowArgs_first(R(C)), R(I);     \
	SLICES;                             \
	MOVD rowArgs_rows(R(C)), R(ROWS);   \
	MOVD rowArgs_whole(R(C)), R(WHOLE); \
	MOVD rowArgs_c(R(C)), R(C);         \
	LSL  $2, R(WHOLE);                  \
	LSL  $2, R(C)

// EACH_ROW runs STEP over the vectors of all rows, ADVANCE after each row.
#define EACH_ROW(STEP, ADVANCE) \
	ARGUMENTS;                  \
	MOVD $0, R(I);              \
	PCALIGN $32;                \
vector:                         \
	STEP;                       \
	ADD  $16, R(I);             \
	CMP  R(WHOLE), R(I);        \
	BLT  vector;                \
	ADVANCE;                    \
	MOVD $0, R(I);              \
	SUBS $1, R(ROWS);           \
	BNE  vector

#define ADVANCE_X     ADD R(C), R(X)
#define ADVANCE_X_DST ADVANCE_X; ADD R(C), R(DST)
#define ADVANCE_X_DY  ADVANCE_X; ADD R(C), R(DY)
#define ADVANCE_ALL   ADVANCE_X_DY; ADD R(C), R(DST)

// P1 is the row.
#define ADDROW         \
	VLDR_Q(I, X, 0);   \
	VLDR_Q(I, P1, 1);  \
	VFADD_S4(1, 0, 0); \
	VSTR_Q(I, DST, 0)

// P1 is the sum.
#define COLSUMS        \
	VLDR_Q(I, P1, 0);  \
	VLDR_Q(I, X, 1);   \
	VFADD_S4(1, 0, 0); \
	VSTR_Q(I, P1, 0)

// P1 is the mean, P2 the second moment.
#define COLSQUARES     \
	VLDR_Q(I, X, 0);   \
	VLDR_Q(I, P1, 1);  \
	VFSUB_S4(1, 0, 0); \
	VLDR_Q(I, P2, 1);  \
	VFMLA_S4(0, 0, 1); \
	VSTR_Q(I, P2, 1)

// V0 = fma(x, P1, P2): x scaled and shifted.
#define AFFINE        \
	VLDR_Q(I, P2, 0); \
	VLDR_Q(I, X, 1);  \
	VLDR_Q(I, P1, 2); \
	VFMLA_S4(2, 1, 0)

#define SCALESHIFT \
	AFFINE;        \
	VSTR_Q(I, DST, 0)

#define SCALESHIFTRELU \
	AFFINE;            \
	VFCMLTZ_S4(0, 1);  \
	VBIC_B16(1, 0, 0); \
	VSTR_Q(I, DST, 0)

// DY is what is added.
#define SCALESHIFTADDRELU \
	AFFINE;               \
	VLDR_Q(I, DY, 1);     \
	VFADD_S4(1, 0, 0);    \
	VFCMLTZ_S4(0, 1);     \
	VBIC_B16(1, 0, 0);    \
	VSTR_Q(I, DST, 0)

#define LOAD_DY VLDR_Q(I, DY, 1)

// V1 = dy where the scaled and shifted x is positive or NaN.
#define LOAD_MASKED_DY \
	AFFINE;            \
	LOAD_DY;           \
	VFCMLEZ_S4(0, 0);  \
	VBIC_B16(0, 1, 1)

// V1 is dy; P3 is the mean, P4 the sum, P5 the dot product.
#define GRADSUMS       \
	VLDR_Q(I, P4, 2);  \
	VFADD_S4(1, 2, 2); \
	VSTR_Q(I, P4, 2);  \
	VLDR_Q(I, X, 3);   \
	VLDR_Q(I, P3, 4);  \
	VFSUB_S4(4, 3, 3); \
	VLDR_Q(I, P5, 4);  \
	VFMLA_S4(3, 1, 4); \
	VSTR_Q(I, P5, 4)

#define NORMGRADSUMS \
	LOAD_DY;         \
	GRADSUMS

#define NORMRELUGRADSUMS \
	LOAD_MASKED_DY;      \
	GRADSUMS

// V1 is dy; P3, P4 and P5 are k1, k2 and k3.
#define GRAD           \
	VLDR_Q(I, X, 2);   \
	VLDR_Q(I, P4, 3);  \
	VLDR_Q(I, P5, 4);  \
	VFMLA_S4(3, 2, 4); \
	VLDR_Q(I, P3, 3);  \
	VFMLA_S4(3, 1, 4); \
	VSTR_Q(I, DST, 4)

#define NORMGRAD \
	LOAD_DY;     \
	GRAD

#define NORMRELUGRAD \
	LOAD_MASKED_DY;  \
	GRAD

// 2×2 max pooling; the arguments are those of generic_pool.go, and a row is a
// pooled pixel.

#define X0  X
#define X1  P1
#define Y   P2
#define DX0 DST
#define DX1 P3
#define J   P5 // what I is, in the right pixel of a pair
#define T   P4

// EACH_PIXEL runs STEP over the vectors of all pooled pixels, ADVANCE after
// each pixel.
#define EACH_PIXEL(STEP, ADVANCE) \
	ARGUMENTS;                    \
pixel:                            \
	MOVD $0, R(I);                \
	MOVD R(C), R(J);              \
vector:                           \
	STEP;                         \
	ADD  $16, R(I);               \
	ADD  $16, R(J);               \
	CMP  R(WHOLE), R(I);          \
	BLT  vector;                  \
	ADVANCE;                      \
	SUBS $1, R(ROWS);             \
	BNE  pixel

#define ADVANCE_POOL           \
	ADD R(C)<<1, R(X0), R(X0); \
	ADD R(C)<<1, R(X1), R(X1); \
	ADD R(C), R(Y)

#define ADVANCE_POOLGRAD         \
	ADVANCE_POOL;                \
	ADD R(C)<<1, R(DX0), R(DX0); \
	ADD R(C)<<1, R(DX1), R(DX1); \
	ADD R(C), R(DY)

#define POOL          \
	VLDR_Q(I, X0, 0); \
	VLDR_Q(J, X0, 1); \
	VLDR_Q(I, X1, 2); \
	VLDR_Q(J, X1, 3); \
	MAX2(0, 1, 7, 4); \
	MAX2(2, 3, 7, 5); \
	MAX2(4, 5, 7, 6); \
	VSTR_Q(I, Y, 6)

// SEND gives what is left of dy, in V1, to a place where x equals y, in V0.
#define SEND(AT, X, DX) \
	VLDR_Q(AT, X, 2);   \
	VFCMEQ_S4(0, 2, 2); \
	VAND_B16(1, 2, 2);  \
	VSTR_Q(AT, DX, 2);  \
	VEOR_B16(2, 1, 1)

// POOLGRAD has some of dy left where y is NaN, and POOLGRAD_NAN takes that.
#define POOLGRAD       \
	VLDR_Q(I, Y, 0);   \
	VLDR_Q(I, DY, 1);  \
	SEND(I, X0, DX0);  \
	SEND(J, X0, DX0);  \
	SEND(I, X1, DX1);  \
	SEND(J, X1, DX1);  \
	VUADDLV V1.S4, V2; \
	FMOVD  F2, R(T);   \
	CBNZ   R(T), nan;  \
sent:

// SEND_NAN gives what is left of dy, in V1, to a place where x is NaN. There dx
// is 0.
#define SEND_NAN(AT, X, DX) \
	VLDR_Q(AT, X, 2);       \
	VFCMEQ_S4(2, 2, 2);     \
	VBIC_B16(2, 1, 3);      \
	VAND_B16(2, 1, 1);      \
	VLDR_Q(AT, DX, 0);      \
	VEOR_B16(0, 3, 3);      \
	VSTR_Q(AT, DX, 3)

#define POOLGRAD_NAN      \
nan:                      \
	SEND_NAN(J, X1, DX1); \
	SEND_NAN(I, X1, DX1); \
	SEND_NAN(J, X0, DX0); \
	SEND_NAN(I, X0, DX0); \
	JMP sent

// func addRowNEON(a *rowArgs)
TEXT ·addRowNEON(SB), NOSPLIT, $0-8
	EACH_ROW(ADDROW, ADVANCE_X_DST)
	RET

// func colSumsNEON(a *rowArgs)
TEXT ·colSumsNEON(SB), NOSPLIT, $0-8
	EACH_ROW(COLSUMS, ADVANCE_X)
	RET

// func colSquaresNEON(a *rowArgs)
TEXT ·colSquaresNEON(SB), NOSPLIT, $0-8
	EACH_ROW(COLSQUARES, ADVANCE_X)
	RET

// func scaleShiftNEON(a *rowArgs)
TEXT ·scaleShiftNEON(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFT, ADVANCE_X_DST)
	RET

// func scaleShiftReLUNEON(a *rowArgs)
TEXT ·scaleShiftReLUNEON(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFTRELU, ADVANCE_X_DST)
	RET

// func scaleShiftAddReLUNEON(a *rowArgs)
TEXT ·scaleShiftAddReLUNEON(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFTADDRELU, ADVANCE_ALL)
	RET

// func normGradSumsNEON(a *rowArgs)
TEXT ·normGradSumsNEON(SB), NOSPLIT, $0-8
	EACH_ROW(NORMGRADSUMS, ADVANCE_X_DY)
	RET

// func normReLUGradSumsNEON(a *rowArgs)
TEXT ·normReLUGradSumsNEON(SB), NOSPLIT, $0-8
	EACH_ROW(NORMRELUGRADSUMS, ADVANCE_X_DY)
	RET

// func normGradNEON(a *rowArgs)
TEXT ·normGradNEON(SB), NOSPLIT, $0-8
	EACH_ROW(NORMGRAD, ADVANCE_ALL)
	RET

// func normReLUGradNEON(a *rowArgs)
TEXT ·normReLUGradNEON(SB), NOSPLIT, $0-8
	EACH_ROW(NORMRELUGRAD, ADVANCE_ALL)
	RET

// func maxPool2x2NEON(a *rowArgs)
TEXT ·maxPool2x2NEON(SB), NOSPLIT, $0-8
	EACH_PIXEL(POOL, ADVANCE_POOL)
	RET

// func maxPool2x2GradNEON(a *rowArgs)
TEXT ·maxPool2x2GradNEON(SB), NOSPLIT, $0-8
	EACH_PIXEL(POOLGRAD, ADVANCE_POOLGRAD)
	RET
	POOLGRAD_NAN
