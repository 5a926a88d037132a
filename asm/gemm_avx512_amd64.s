//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "gemm_amd64.h"
#include "gemmrows_amd64.h"

// The tile of C, fourteen rows of 32 floats, is in Z4..Z31:
//
//	          B[k,0..15]  B[k,16..31]
//	             Z0          Z1
//	A[0,k]       Z4          Z5
//	A[1,k]       Z6          Z7
//	  ⋮           ⋮           ⋮
//	A[13,k]      Z30         Z31
//
// Pointers to rows 0 and 7 of A and three strides reach all of them.

// FETCH prefetches a row of the tile to the right, the next one where panels of B pass.
#define FETCH(LO, HI)  \
	PREFETCHT0 128(C); \
	PREFETCHT0 192(C); \
	ADDQ    LDC, C

// STEP takes row k of B. The panel is prefetched: where panels pass, it is not in the
// L1 cache.
#define STEP            \
	VMOVUPS (B), Z0;    \
	VMOVUPS 64(B), Z1;  \
	PREFETCHT0 1024(B); \
	PREFETCHT0 1088(B); \
	ADDQ    LDB, B

#define NEXT ADDQ CS, A; ADDQ CS, A7

// UPPER are the upper eight rows of the tile and LOWER the lower six; the two ROWS
// add A[i,k]·B[k,:] to them.

#define UPPER(DO)                                           \
	DO(Z4, Z5);   DO(Z6, Z7);   DO(Z8, Z9);   DO(Z10, Z11); \
	DO(Z12, Z13); DO(Z14, Z15); DO(Z16, Z17); DO(Z18, Z19)

#define LOWER(DO)                             \
	DO(Z20, Z21); DO(Z22, Z23); DO(Z24, Z25); \
	DO(Z26, Z27); DO(Z28, Z29); DO(Z30, Z31)

#define UPPER_ROWS                 \
	ROW((A), Z2, Z4, Z5);          \
	ROW((A)(RS*1), Z3, Z6, Z7);    \
	ROW((A)(RS*2), Z2, Z8, Z9);    \
	ROW((A)(RS3*1), Z3, Z10, Z11); \
	ROW((A)(RS*4), Z2, Z12, Z13);  \
	ROW((A)(RS5*1), Z3, Z14, Z15); \
	ROW((A)(RS3*2), Z2, Z16, Z17); \
	ROW((A7), Z3, Z18, Z19)

#define LOWER_ROWS                  \
	ROW((A7)(RS*1), Z2, Z20, Z21);  \
	ROW((A7)(RS*2), Z3, Z22, Z23);  \
	ROW((A7)(RS3*1), Z2, Z24, Z25); \
	ROW((A7)(RS*4), Z3, Z26, Z27);  \
	ROW((A7)(RS5*1), Z2, Z28, Z29); \
	ROW((A7)(RS3*2), Z3, Z30, Z31)

#define ALL(DO) \
	UPPER(DO);  \
	LOWER(DO)

#define ALL_ROWS \
	UPPER_ROWS;  \
	LOWER_ROWS

// func gemm14x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm14x32AVX512(SB), NOSPLIT, $0-65
	PRODUCT(ALL, ALL_ROWS, ALL(FETCH))
	VZEROUPPER
	RET

// The upper eight rows or four alone, for what is left over.

// func gemm8x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm8x32AVX512(SB), NOSPLIT, $0-65
	PRODUCT(UPPER, UPPER_ROWS, UPPER(FETCH))
	VZEROUPPER
	RET

// func gemm4x32AVX512(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm4x32AVX512(SB), NOSPLIT, $0-65
	PRODUCT(FOUR, FOUR_ROWS, FOUR(FETCH))
	VZEROUPPER
	RET

// func gemmRowsAVX512(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)
TEXT ·gemmRowsAVX512(SB), NOSPLIT, $0-81
	GEMM_ROWS
	VZEROUPPER
	RET
