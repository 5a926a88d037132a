//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// The reductions. Lanes 0..15 are in V0..V3.

#define L R0
#define X R1
#define Y R2
#define N R3

#define LOAD_X VLD1.P 64(X), [V4.S4, V5.S4, V6.S4, V7.S4]
#define LOAD_Y VLD1.P 64(Y), [V16.S4, V17.S4, V18.S4, V19.S4]

// EACH16 runs STEP over N elements, 16 at a time.
#define EACH16(STEP)   \
	MOVD l+0(FP), L;   \
	MOVD x+8(FP), X;   \
	MOVD y+16(FP), Y;  \
	MOVD n+24(FP), N;  \
	VEOR_B16(0, 0, 0); \
	VEOR_B16(1, 1, 1); \
	VEOR_B16(2, 2, 2); \
	VEOR_B16(3, 3, 3); \
	PCALIGN $32;       \
loop:                  \
	STEP;              \
	SUBS $16, N;       \
	BNE  loop;         \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (L)

#define SUM            \
	LOAD_X;            \
	VFADD_S4(4, 0, 0); \
	VFADD_S4(5, 1, 1); \
	VFADD_S4(6, 2, 2); \
	VFADD_S4(7, 3, 3)

#define DOT             \
	LOAD_X;             \
	LOAD_Y;             \
	VFMLA_S4(16, 4, 0); \
	VFMLA_S4(17, 5, 1); \
	VFMLA_S4(18, 6, 2); \
	VFMLA_S4(19, 7, 3)

#define SQDIST          \
	LOAD_X;             \
	LOAD_Y;             \
	VFSUB_S4(16, 4, 4); \
	VFSUB_S4(17, 5, 5); \
	VFSUB_S4(18, 6, 6); \
	VFSUB_S4(19, 7, 7); \
	VFMLA_S4(4, 4, 0);  \
	VFMLA_S4(5, 5, 1);  \
	VFMLA_S4(6, 6, 2);  \
	VFMLA_S4(7, 7, 3)

// func sumLanesNEON(l *lanes, x, y *float32, n int)
TEXT ·sumLanesNEON(SB), NOSPLIT, $0-32
	EACH16(SUM)
	RET

// func dotLanesNEON(l *lanes, x, y *float32, n int)
TEXT ·dotLanesNEON(SB), NOSPLIT, $0-32
	EACH16(DOT)
	RET

// func sqDistLanesNEON(l *lanes, x, y *float32, n int)
TEXT ·sqDistLanesNEON(SB), NOSPLIT, $0-32
	EACH16(SQDIST)
	RET
