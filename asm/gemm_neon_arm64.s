//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"

// The tile of C, eight rows of twelve floats, is in V8..V31 while k runs:
//
//	          B[k,0..3]  B[k,4..7]  B[k,8..11]
//	             V4         V5         V6
//	A[0,k]       V8         V9         V10
//	A[1,k]       V11        V12        V13
//	  ⋮           ⋮           ⋮          ⋮
//	A[7,k]       V29        V30        V31
//
// V0..V3 hold elements of A, which fma takes by number. There are three loops:
// one where columns of A are whole (rows are 1 apart), which takes eight k at a time
// after those that are left over, one where rows of A are whole, which takes four,
// and one for any strides and what the second leaves over.

#define KC   R0
#define A    R1
#define RS   R2 // stride of A from row to row
#define CS   R3 // stride of A from k to k
#define B    R4
#define LDB  R5
#define BB   R6 // a second pointer to the rows of B, for the lower half
#define C    R7
#define LDC  R8
#define C0   R9

// The rows of A, known by the numbers of their registers, and the bytes done of
// each.
#define A0 10
#define A1 11
#define A2 12
#define A3 13
#define A4 14
#define A5 15
#define A6 19
#define A7 20
#define K  21

#define LOAD_B(POINTER) VLD1.P (POINTER)(LDB), [V4.S4, V5.S4, V6.S4]

// ROW adds A[i,k]·B[k,:], the first being element I of register X, to one row of
// the tile.
#define ROW(X, I, LEFT, MIDDLE, RIGHT) \
	VFMLA_LANE(X, I, 4, LEFT);         \
	VFMLA_LANE(X, I, 5, MIDDLE);       \
	VFMLA_LANE(X, I, 6, RIGHT)

// COLUMN does one k from a column of A.
#define COLUMN                      \
	VLD1.P (A)(CS), [V0.S4, V1.S4]; \
	LOAD_B(B);                      \
	ROW(0, 0, 8, 9, 10);            \
	ROW(0, 1, 11, 12, 13);          \
	ROW(0, 2, 14, 15, 16);          \
	ROW(0, 3, 17, 18, 19);          \
	ROW(1, 0, 20, 21, 22);          \
	ROW(1, 1, 23, 24, 25);          \
	ROW(1, 2, 26, 27, 28);          \
	ROW(1, 3, 29, 30, 31)

// UPPER and LOWER do number I of four k for half of the rows.
#define UPPER(I)           \
	LOAD_B(B);             \
	ROW(0, I, 8, 9, 10);   \
	ROW(1, I, 11, 12, 13); \
	ROW(2, I, 14, 15, 16); \
	ROW(3, I, 17, 18, 19)

#define LOWER(I)           \
	LOAD_B(BB);            \
	ROW(0, I, 20, 21, 22); \
	ROW(1, I, 23, 24, 25); \
	ROW(2, I, 26, 27, 28); \
	ROW(3, I, 29, 30, 31)

// ELEMENT does one k for one row.
#define ELEMENT(POINTER, X, LEFT, MIDDLE, RIGHT) \
	FMOVS 0(R(POINTER))(R(K)), F(X);             \
	ROW(X, 0, LEFT, MIDDLE, RIGHT)

#define ZERO3(LEFT, MIDDLE, RIGHT)    \
	VEOR_B16(LEFT, LEFT, LEFT);       \
	VEOR_B16(MIDDLE, MIDDLE, MIDDLE); \
	VEOR_B16(RIGHT, RIGHT, RIGHT)

// func gemm8x12NEON(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm8x12NEON(SB), NOSPLIT, $0-65
	MOVD  kc+0(FP), KC
	MOVD  a+8(FP), A
	MOVD  rsA+16(FP), RS
	MOVD  csA+24(FP), CS
	MOVD  b+32(FP), B
	MOVD  ldb+40(FP), LDB
	MOVD  c+48(FP), C
	MOVD  ldc+56(FP), LDC
	MOVBU accumulate+64(FP), R9
	LSL   $2, RS
	LSL   $2, CS
	LSL   $2, LDB
	LSL   $2, LDC

	CBZ    R9, zero
	MOVD   C, C0
	VLD1.P (C0)(LDC), [V8.S4, V9.S4, V10.S4]
	VLD1.P (C0)(LDC), [V11.S4, V12.S4, V13.S4]
	VLD1.P (C0)(LDC), [V14.S4, V15.S4, V16.S4]
	VLD1.P (C0)(LDC), [V17.S4, V18.S4, V19.S4]
	VLD1.P (C0)(LDC), [V20.S4, V21.S4, V22.S4]
	VLD1.P (C0)(LDC), [V23.S4, V24.S4, V25.S4]
	VLD1.P (C0)(LDC), [V26.S4, V27.S4, V28.S4]
	VLD1   (C0), [V29.S4, V30.S4, V31.S4]
	JMP    begin

zero:
	ZERO3(8, 9, 10)
	ZERO3(11, 12, 13)
	ZERO3(14, 15, 16)
	ZERO3(17, 18, 19)
	ZERO3(20, 21, 22)
	ZERO3(23, 24, 25)
	ZERO3(26, 27, 28)
	ZERO3(29, 30, 31)

begin:
	CBZ KC, done
	CMP $4, RS
	BEQ columns

	MOVD A, R(A0)
	ADD  RS, R(A0), R(A1)
	ADD  RS, R(A1), R(A2)
	ADD  RS, R(A2), R(A3)
	ADD  RS, R(A3), R(A4)
	ADD  RS, R(A4), R(A5)
	ADD  RS, R(A5), R(A6)
	ADD  RS, R(A6), R(A7)
	MOVD $0, R(K)
	CMP  $4, CS
	BNE  any
	MOVD B, BB
	SUBS $4, KC
	BLT  rest

	PCALIGN $32
rows:
	VLDR_Q(K, A0, 0)
	VLDR_Q(K, A1, 1)
	VLDR_Q(K, A2, 2)
	VLDR_Q(K, A3, 3)
	UPPER(0)
	UPPER(1)
	UPPER(2)
	UPPER(3)
	VLDR_Q(K, A4, 0)
	VLDR_Q(K, A5, 1)
	VLDR_Q(K, A6, 2)
	VLDR_Q(K, A7, 3)
	LOWER(0)
	LOWER(1)
	LOWER(2)
	LOWER(3)
	ADD  $16, R(K)
	SUBS $4, KC
	BGE  rows

rest:
	ADDS $4, KC
	BEQ  done

	PCALIGN $32
any:
	LOAD_B(B)
	ELEMENT(A0, 0, 8, 9, 10)
	ELEMENT(A1, 1, 11, 12, 13)
	ELEMENT(A2, 2, 14, 15, 16)
	ELEMENT(A3, 3, 17, 18, 19)
	ELEMENT(A4, 0, 20, 21, 22)
	ELEMENT(A5, 1, 23, 24, 25)
	ELEMENT(A6, 2, 26, 27, 28)
	ELEMENT(A7, 3, 29, 30, 31)
	ADD  CS, R(K)
	SUBS $1, KC
	BNE  any
	JMP  done

columns:
	AND $7, KC, R(K)
	CBZ R(K), eights

	PCALIGN $32
column:
	COLUMN
	SUBS $1, R(K)
	BNE  column
	ANDS $~7, KC, KC
	BEQ  done

	PCALIGN $32
eights:
	COLUMN
	COLUMN
	COLUMN
	COLUMN
	COLUMN
	COLUMN
	COLUMN
	COLUMN
	SUBS $8, KC
	BNE  eights

done:
	VST1.P [V8.S4, V9.S4, V10.S4], (C)(LDC)
	VST1.P [V11.S4, V12.S4, V13.S4], (C)(LDC)
	VST1.P [V14.S4, V15.S4, V16.S4], (C)(LDC)
	VST1.P [V17.S4, V18.S4, V19.S4], (C)(LDC)
	VST1.P [V20.S4, V21.S4, V22.S4], (C)(LDC)
	VST1.P [V23.S4, V24.S4, V25.S4], (C)(LDC)
	VST1.P [V26.S4, V27.S4, V28.S4], (C)(LDC)
	VST1   [V29.S4, V30.S4, V31.S4], (C)
	RET
