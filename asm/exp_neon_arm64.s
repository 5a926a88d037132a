//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"
#include "exp.h"

// e^x, as exp32 computes it.

// The registers that hold the constants, four times each.
#define MAX   16
#define MIN   17
#define LOG2E 18
#define ROUND 19
#define LN2HI 20
#define LN2LO 21
#define C2    22
#define C3    23
#define C4    24
#define C5    25
#define C6    26
#define C7    27
#define ONE   28
#define BIAS  29

#define CONSTANTS            \
	MOVD $exp<>(SB), R2;     \
	VLD1R.P 4(R2), [V16.S4]; \
	VLD1R.P 4(R2), [V17.S4]; \
	VLD1R.P 4(R2), [V18.S4]; \
	VLD1R.P 4(R2), [V19.S4]; \
	VLD1R.P 4(R2), [V20.S4]; \
	VLD1R.P 4(R2), [V21.S4]; \
	VLD1R.P 4(R2), [V22.S4]; \
	VLD1R.P 4(R2), [V23.S4]; \
	VLD1R.P 4(R2), [V24.S4]; \
	VLD1R.P 4(R2), [V25.S4]; \
	VLD1R.P 4(R2), [V26.S4]; \
	VLD1R.P 4(R2), [V27.S4]; \
	VLD1R.P 4(R2), [V28.S4]; \
	VLD1R   (R2), [V29.S4]

// HORNER is TO = P·R + C.
#define HORNER(P, R, C, TO) \
	VMOV_B16(C, TO);        \
	VFMLA_S4(R, P, TO)

// POWER2 is N = 2^N, from an integer to a float.
#define POWER2(N)        \
	VADD_S4(BIAS, N, N); \
	VSHL_S4(23, N, N)

// EXP takes X to its exponential, P. R ends as the rest r, N and T as powers.
// FMIN and FMAX keep NaN, as the comparisons of exp32 do.
#define EXP(X, N, T, P, Q) \
	VFMIN_S4(MAX, X, X);   \
	VFMAX_S4(MIN, X, X);   \
	VMOV_B16(ROUND, N);    \
	VFMLA_S4(LOG2E, X, N); \
	VFSUB_S4(ROUND, N, T); \
	VSUB_S4(ROUND, N, N);  \
	VFMLS_S4(LN2HI, T, X); \
	VFMLS_S4(LN2LO, T, X); \
	HORNER(C7, X, C6, P);  \
	HORNER(P, X, C5, Q);   \
	HORNER(Q, X, C4, P);   \
	HORNER(P, X, C3, Q);   \
	HORNER(Q, X, C2, P);   \
	HORNER(P, X, ONE, Q);  \
	HORNER(Q, X, ONE, P);  \
	VSSHR_S4(1, N, T);     \
	VSUB_S4(T, N, N);      \
	POWER2(T);             \
	POWER2(N);             \
	VFMUL_S4(T, P, P);     \
	VFMUL_S4(N, P, P)

// func expNEON(dst, x *float32, n int)
TEXT ·expNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), R3
	CONSTANTS
	SUBS $8, R3
	BLT  rest

	// Two vectors at a time, for their chains are long.
	PCALIGN $32
two:
	FLDPQ (R1), (F0, F5)
	EXP(0, 1, 2, 3, 4)
	EXP(5, 6, 7, 8, 9)
	FSTPQ (F3, F8), (R0)
	ADD   $32, R1
	ADD   $32, R0
	SUBS  $8, R3
	BGE   two

rest:
	ADDS $8, R3
	BEQ  done
	FMOVQ (R1), F0
	EXP(0, 1, 2, 3, 4)
	FMOVQ F3, (R0)

done:
	RET
