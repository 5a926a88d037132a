//go:build !purego

#include "textflag.h"

// The tile of C, fourteen rows of 32 floats, lives in Z4..Z31 while k runs:
//
//	          B[k,0..15]  B[k,16..31]
//	             Z0          Z1
//	A[0,k]       Z4          Z5
//	A[1,k]       Z6          Z7
//	  ⋮           ⋮           ⋮
//	A[13,k]      Z30         Z31
//
// Z2 and Z3 take turns in holding a broadcast element of A. Two pointers, to
// rows 0 and 7, and three strides reach all rows.

#define KC  CX
#define A0  SI
#define A7  BX
#define RS  R8  // stride of A from row to row, and three and five times it
#define RS3 R9
#define RS5 R10
#define CS  R11 // stride of A from k to k
#define B   DI
#define LDB R12
#define C   DX
#define LDC R13

// ROW adds A[i,k]·B[k,:] to one row of the tile.
#define ROW(ELEMENT, BROADCAST, LO, HI) \
	VBROADCASTSS ELEMENT, BROADCAST;    \
	VFMADD231PS  Z0, BROADCAST, LO;     \
	VFMADD231PS  Z1, BROADCAST, HI

#define LOAD(LO, HI)     \
	VMOVUPS (C), LO;     \
	VMOVUPS 64(C), HI;   \
	ADDQ    LDC, C

#define STORE(LO, HI)    \
	VMOVUPS LO, (C);     \
	VMOVUPS HI, 64(C);   \
	ADDQ    LDC, C

// FETCH asks for a row of the tile to the right, which is mostly the next one.
#define FETCH(LO, HI)    \
	PREFETCHT0 128(C);   \
	PREFETCHT0 192(C);   \
	ADDQ    LDC, C

#define ZERO(LO, HI)     \
	VPXORD LO, LO, LO;   \
	VPXORD HI, HI, HI

#define ARGUMENTS          \
	MOVQ kc+0(FP), KC;     \
	MOVQ a+8(FP), A0;      \
	MOVQ rsA+16(FP), RS;   \
	MOVQ csA+24(FP), CS;   \
	MOVQ b+32(FP), B;      \
	MOVQ ldb+40(FP), LDB;  \
	MOVQ c+48(FP), C;      \
	MOVQ ldc+56(FP), LDC;  \
	SHLQ $2, RS;           \
	SHLQ $2, CS;           \
	SHLQ $2, LDB;          \
	SHLQ $2, LDC;          \
	LEAQ (RS)(RS*2), RS3;  \
	LEAQ (RS)(RS*4), RS5;  \
	LEAQ (A0)(RS5*1), A7;  \
	LEAQ (A7)(RS*2), A7

// STEP takes row k of B. The panel comes from beyond the L1 cache.
#define STEP             \
	VMOVUPS (B), Z0;     \
	VMOVUPS 64(B), Z1;   \
	PREFETCHT0 1024(B);  \
	PREFETCHT0 1088(B);  \
	ADDQ    LDB, B

// UPPER and LOWER do the same with the upper eight and the lower six rows of the
// tile, the two ROWS add A[i,k]·B[k,:] to them.

#define UPPER(DO) \
	DO(Z4, Z5);   \
	DO(Z6, Z7);   \
	DO(Z8, Z9);   \
	DO(Z10, Z11); \
	DO(Z12, Z13); \
	DO(Z14, Z15); \
	DO(Z16, Z17); \
	DO(Z18, Z19)

#define LOWER(DO) \
	DO(Z20, Z21); \
	DO(Z22, Z23); \
	DO(Z24, Z25); \
	DO(Z26, Z27); \
	DO(Z28, Z29); \
	DO(Z30, Z31)

#define UPPER_ROWS \
	ROW((A0), Z2, Z4, Z5);          \
	ROW((A0)(RS*1), Z3, Z6, Z7);    \
	ROW((A0)(RS*2), Z2, Z8, Z9);    \
	ROW((A0)(RS3*1), Z3, Z10, Z11); \
	ROW((A0)(RS*4), Z2, Z12, Z13);  \
	ROW((A0)(RS5*1), Z3, Z14, Z15); \
	ROW((A0)(RS3*2), Z2, Z16, Z17); \
	ROW((A7), Z3, Z18, Z19)

#define LOWER_ROWS \
	ROW((A7)(RS*1), Z2, Z20, Z21);  \
	ROW((A7)(RS*2), Z3, Z22, Z23);  \
	ROW((A7)(RS3*1), Z2, Z24, Z25); \
	ROW((A7)(RS*4), Z3, Z26, Z27);  \
	ROW((A7)(RS5*1), Z2, Z28, Z29); \
	ROW((A7)(RS3*2), Z3, Z30, Z31)

// func gemm14x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm14x32AVX512(SB), NOSPLIT, $0-65
	ARGUMENTS
	CMPB accumulate+64(FP), $0
	JEQ  zero
	UPPER(LOAD)
	LOWER(LOAD)
	JMP  begin

zero:
	UPPER(ZERO)
	LOWER(ZERO)

begin:
	TESTQ KC, KC
	JEQ   done
	MOVQ c+48(FP), C
	UPPER(FETCH)
	LOWER(FETCH)

	PCALIGN $64
loop:
	STEP
	UPPER_ROWS
	LOWER_ROWS
	ADDQ    CS, A0
	ADDQ    CS, A7
	DECQ    KC
	JNE     loop

done:
	MOVQ c+48(FP), C
	UPPER(STORE)
	LOWER(STORE)
	VZEROUPPER
	RET

// The upper eight rows alone, for what is left over.

// func gemm8x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm8x32AVX512(SB), NOSPLIT, $0-65
	ARGUMENTS
	CMPB accumulate+64(FP), $0
	JEQ  zero
	UPPER(LOAD)
	JMP  begin

zero:
	UPPER(ZERO)

begin:
	TESTQ KC, KC
	JEQ   done
	MOVQ c+48(FP), C
	UPPER(FETCH)

	PCALIGN $64
loop:
	STEP
	UPPER_ROWS
	ADDQ    CS, A0
	ADDQ    CS, A7
	DECQ    KC
	JNE     loop

done:
	MOVQ c+48(FP), C
	UPPER(STORE)
	VZEROUPPER
	RET
