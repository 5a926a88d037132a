//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// Products of one row by a matrix. A row of C stays in eight vectors, V16..V23, or
// what is left over in one, while k runs; V8..V15 are B[k,:], and the first element
// of V0 is A[k].

#define COUNT R0
#define KC    R1
#define LEFT  R2 // floats of the row of C that are left
#define A     R3 // of the product: A, and the first columns of B and C that are left
#define B     R4
#define C     R5
#define AT    R6 // while k runs
#define BT    R7
#define BB    R8 // four vectors of row k of B
#define LDB   R9
#define B0    R10 // of the product
#define C0    R11
#define N     R12
#define NEXTA R13
#define NEXTB R14
#define NEXTC R15
#define SUMS  R19 // accumulate

// func gemmRowsNEON(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)
TEXT ·gemmRowsNEON(SB), NOSPLIT, $0-81
	MOVD  count+0(FP), COUNT
	MOVD  n+16(FP), N
	MOVD  a+24(FP), A
	MOVD  nextA+32(FP), NEXTA
	MOVD  b+40(FP), B0
	MOVD  nextB+48(FP), NEXTB
	MOVD  ldb+56(FP), LDB
	MOVD  c+64(FP), C0
	MOVD  nextC+72(FP), NEXTC
	MOVBU accumulate+80(FP), SUMS
	LSL   $2, NEXTA
	LSL   $2, NEXTB
	LSL   $2, LDB
	LSL   $2, NEXTC

product:
	MOVD B0, B
	MOVD C0, C
	SUBS $32, N, LEFT
	BLT  few

eight:
	CBZ    SUMS, zero8
	MOVD   C, BB
	VLD1.P 64(BB), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1   (BB), [V20.S4, V21.S4, V22.S4, V23.S4]
	JMP    begin8

zero8:
	VEOR_B16(16, 16, 16)
	VEOR_B16(17, 17, 17)
	VEOR_B16(18, 18, 18)
	VEOR_B16(19, 19, 19)
	VEOR_B16(20, 20, 20)
	VEOR_B16(21, 21, 21)
	VEOR_B16(22, 22, 22)
	VEOR_B16(23, 23, 23)

begin8:
	MOVD A, AT
	MOVD B, BT
	MOVD kc+8(FP), KC

	PCALIGN $32
loop8:
	FMOVS.P 4(AT), F0
	MOVD    BT, BB
	VLD1.P  64(BB), [V8.S4, V9.S4, V10.S4, V11.S4]
	VLD1    (BB), [V12.S4, V13.S4, V14.S4, V15.S4]
	VFMLA_LANE(0, 0, 8, 16)
	VFMLA_LANE(0, 0, 9, 17)
	VFMLA_LANE(0, 0, 10, 18)
	VFMLA_LANE(0, 0, 11, 19)
	VFMLA_LANE(0, 0, 12, 20)
	VFMLA_LANE(0, 0, 13, 21)
	VFMLA_LANE(0, 0, 14, 22)
	VFMLA_LANE(0, 0, 15, 23)
	ADD     LDB, BT
	SUBS    $1, KC
	BNE     loop8

	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(C)
	VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(C)
	ADD    $128, B
	SUBS   $32, LEFT
	BGE    eight

few:
	ADDS $32, LEFT
	BEQ  next

one:
	VEOR_B16(16, 16, 16)
	CBZ  SUMS, begin1
	VLD1 (C), [V16.S4]

begin1:
	MOVD A, AT
	MOVD B, BT
	MOVD kc+8(FP), KC

loop1:
	FMOVS.P 4(AT), F0
	VLD1    (BT), [V8.S4]
	VFMLA_LANE(0, 0, 8, 16)
	ADD     LDB, BT
	SUBS    $1, KC
	BNE     loop1

	VST1.P [V16.S4], 16(C)
	ADD    $16, B
	SUBS   $4, LEFT
	BNE    one

next:
	ADD  NEXTA, A
	ADD  NEXTB, B0
	ADD  NEXTC, C0
	SUBS $1, COUNT
	BNE  product
	RET
