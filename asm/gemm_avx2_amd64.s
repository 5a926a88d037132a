//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "gemm_amd64.h"
#include "gemmrows_amd64.h"

// The tile of C, six rows of sixteen floats, is in Y4..Y15:
//
//	          B[k,0..7]  B[k,8..15]
//	             Y0         Y1
//	A[0,k]       Y4         Y5
//	A[1,k]       Y6         Y7
//	A[2,k]       Y8         Y9
//	A[3,k]       Y10        Y11
//	A[4,k]       Y12        Y13
//	A[5,k]       Y14        Y15

#define TILE(DO)                            \
	DO(Y4, Y5);   DO(Y6, Y7);   DO(Y8, Y9); \
	DO(Y10, Y11); DO(Y12, Y13); DO(Y14, Y15)

#define ROWS                       \
	ROW((A), Y2, Y4, Y5);          \
	ROW((A)(RS*1), Y3, Y6, Y7);    \
	ROW((A)(RS*2), Y2, Y8, Y9);    \
	ROW((A)(RS3*1), Y3, Y10, Y11); \
	ROW((A)(RS*4), Y2, Y12, Y13);  \
	ROW((A)(RS5*1), Y3, Y14, Y15)

// STEP takes row k of B.
#define STEP           \
	VMOVUPS (B), Y0;   \
	VMOVUPS 32(B), Y1; \
	ADDQ    LDB, B

#define NEXT ADDQ CS, A

// BELOW prefetches a row of a tile, which may begin anywhere in a line.
#define BELOW(LO, HI) \
	PREFETCHT0 (C);   \
	PREFETCHT0 60(C); \
	ADDQ    LDC, C

// The tile below is the next one where a panel of B stays in the L1 cache.
#define AHEAD_SIX       \
	LEAQ (C)(LDC*4), C; \
	LEAQ (C)(LDC*2), C; \
	TILE(BELOW)

#define AHEAD_FOUR      \
	LEAQ (C)(LDC*4), C; \
	FOUR(BELOW)

// func gemm6x16AVX2(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm6x16AVX2(SB), NOSPLIT, $0-65
	PRODUCT(TILE, ROWS, AHEAD_SIX)
	VZEROUPPER
	RET

// func gemm4x16AVX2(kc int, a *float32, rsA, csA int, b *float32, ldb int, c *float32, ldc int, accumulate bool)
TEXT ·gemm4x16AVX2(SB), NOSPLIT, $0-65
	PRODUCT(FOUR, FOUR_ROWS, AHEAD_FOUR)
	VZEROUPPER
	RET

// func gemmRowsAVX2(count, kc, n int, a *float32, nextA int, b *float32, nextB, ldb int, c *float32, nextC int, accumulate bool)
TEXT ·gemmRowsAVX2(SB), NOSPLIT, $0-81
	GEMM_ROWS
	VZEROUPPER
	RET
