//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"

// The kernels of depthwise convolutions; the arguments are those of
// generic_depthwise.go. Pointers move on with the channels. General registers are
// known by their numbers.

#define C     R0  // bytes of a pixel of dst, or of dy
#define NEXT  R1  // bytes from a pixel of x to the next
#define LEFT  R2  // bytes of channels that are left
#define X     R3
#define W     R4  // weights, or dy
#define DST   R5
#define START R6
#define ARGS  R7
#define COUNT R8  // taps or pixels that are left
#define TAP   R9  // a tap, or a pixel of dy
#define AT    R10 // what it reads of x
#define WT    R11 // the weights of a tap
#define OUT   R12 // pixels of dst

// TAKE takes over a pointer, from channel LEFT on.
#define TAKE(FIELD, TO)    \
	MOVD FIELD(ARGS), TO;  \
	ADD  LEFT<<2, TO, TO

#define ARGUMENTS                         \
	MOVD a+0(FP), ARGS;                   \
	MOVD depthwiseArgs_first(ARGS), LEFT; \
	TAKE(depthwiseArgs_dst, DST);         \
	TAKE(depthwiseArgs_x, X);             \
	TAKE(depthwiseArgs_w, W);             \
	TAKE(depthwiseArgs_start, START);     \
	MOVD depthwiseArgs_next(ARGS), NEXT;  \
	MOVD depthwiseArgs_c(ARGS), C;        \
	MOVD depthwiseArgs_whole(ARGS), LEFT; \
	LSL  $2, NEXT;                        \
	LSL  $2, C;                           \
	LSL  $2, LEFT

// NEXT_TAP loads the weights of a tap to V4 and points AT to what it reads.
#define NEXT_TAP               \
	MOVD  Tap_X(TAP), AT;      \
	MOVD  Tap_W(TAP), WT;      \
	ADD   $Tap__size, TAP;     \
	ADD   AT<<2, X, AT;        \
	ADD   WT<<2, W, WT;        \
	VLD1  (WT), [V4.S4]

// func depthwiseRunNEON(a *depthwiseArgs)
TEXT ·depthwiseRunNEON(SB), NOSPLIT, $0-8
	ARGUMENTS

vector:
	MOVD   depthwiseArgs_count(ARGS), COUNT
	MOVD   depthwiseArgs_taps(ARGS), TAP
	VLD1.P 16(START), [V0.S4]
	VMOV_B16(0, 1)
	VMOV_B16(0, 2)
	VMOV_B16(0, 3)
	CBZ    COUNT, store

tap:
	NEXT_TAP
	VLD1.P (AT)(NEXT), [V5.S4]
	VLD1.P (AT)(NEXT), [V6.S4]
	VLD1.P (AT)(NEXT), [V7.S4]
	VLD1   (AT), [V8.S4]
	VFMLA_S4(4, 5, 0)
	VFMLA_S4(4, 6, 1)
	VFMLA_S4(4, 7, 2)
	VFMLA_S4(4, 8, 3)
	SUBS   $1, COUNT
	BNE    tap

store:
	MOVD   DST, OUT
	VST1.P [V0.S4], (OUT)(C)
	VST1.P [V1.S4], (OUT)(C)
	VST1.P [V2.S4], (OUT)(C)
	VST1   [V3.S4], (OUT)
	ADD    $16, X
	ADD    $16, W
	ADD    $16, DST
	SUBS   $16, LEFT
	BNE    vector
	RET

// func depthwisePixelNEON(a *depthwiseArgs)
TEXT ·depthwisePixelNEON(SB), NOSPLIT, $0-8
	ARGUMENTS

vector:
	MOVD   depthwiseArgs_count(ARGS), COUNT
	MOVD   depthwiseArgs_taps(ARGS), TAP
	VLD1.P 16(START), [V0.S4]
	CBZ    COUNT, store

tap:
	NEXT_TAP
	VLD1 (AT), [V5.S4]
	VFMLA_S4(4, 5, 0)
	SUBS $1, COUNT
	BNE  tap

store:
	VST1.P [V0.S4], 16(DST)
	ADD    $16, X
	ADD    $16, W
	SUBS   $16, LEFT
	BNE    vector
	RET

// func depthwiseGradNEON(a *depthwiseArgs)
TEXT ·depthwiseGradNEON(SB), NOSPLIT, $0-8
	ARGUMENTS

	// Four vectors of channels at a time, then one: a chain of sums alone waits
	// for its own latency.
next:
	MOVD depthwiseArgs_count(ARGS), COUNT
	MOVD W, TAP
	MOVD X, AT
	VEOR_B16(0, 0, 0)
	CMP  $64, LEFT
	BLT  one
	VEOR_B16(1, 1, 1)
	VEOR_B16(2, 2, 2)
	VEOR_B16(3, 3, 3)

pixel4:
	VLD1.P (TAP)(C), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P (AT)(NEXT), [V8.S4, V9.S4, V10.S4, V11.S4]
	VFMLA_S4(4, 8, 0)
	VFMLA_S4(5, 9, 1)
	VFMLA_S4(6, 10, 2)
	VFMLA_S4(7, 11, 3)
	SUBS   $1, COUNT
	BNE    pixel4
	VLD1   (DST), [V4.S4, V5.S4, V6.S4, V7.S4]
	VFADD_S4(4, 0, 0)
	VFADD_S4(5, 1, 1)
	VFADD_S4(6, 2, 2)
	VFADD_S4(7, 3, 3)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(DST)
	ADD    $64, X
	ADD    $64, W
	SUBS   $64, LEFT
	BNE    next
	RET

one:
	VLD1.P (TAP)(C), [V4.S4]
	VLD1.P (AT)(NEXT), [V5.S4]
	VFMLA_S4(4, 5, 0)
	SUBS   $1, COUNT
	BNE    one
	VLD1   (DST), [V4.S4]
	VFADD_S4(4, 0, 0)
	VST1.P [V0.S4], 16(DST)
	ADD    $16, X
	ADD    $16, W
	SUBS   $16, LEFT
	BNE    next
	RET
