//go:build !purego

#include "textflag.h"

// CopyRows, and what asks for memory ahead of it: Prefetch.

#define DST  DI
#define SRC  SI
#define LDD  R8  // bytes from row to row
#define LDS  R9
#define ROWS R10
#define LAST R11 // where the last vector of a row begins, in bytes

// COPY copies through the vector register V of VLEN bytes. The last vector ends where
// the row does, and takes again what the one before has of it.
#define COPY(V, VLEN)           \
	MOVQ    dst+0(FP), DST;     \
	MOVQ    ldd+8(FP), LDD;     \
	MOVQ    src+16(FP), SRC;    \
	MOVQ    lds+24(FP), LDS;    \
	MOVQ    rows+32(FP), ROWS;  \
	MOVQ    n+40(FP), LAST;     \
	SHLQ    $2, LDD;            \
	SHLQ    $2, LDS;            \
	SHLQ    $2, LAST;           \
	SUBQ    $VLEN, LAST;        \
row:                            \
	XORL    CX, CX;             \
	TESTQ   LAST, LAST;         \
	JEQ     last;               \
vector:                         \
	VMOVUPS (SRC)(CX*1), V;     \
	VMOVUPS V, (DST)(CX*1);     \
	ADDQ    $VLEN, CX;          \
	CMPQ    CX, LAST;           \
	JLT     vector;             \
last:                           \
	VMOVUPS (SRC)(LAST*1), V;   \
	VMOVUPS V, (DST)(LAST*1);   \
	ADDQ    LDS, SRC;           \
	ADDQ    LDD, DST;           \
	DECQ    ROWS;               \
	JNE     row

// func copyRowsAVX2(dst *float32, ldd int, src *float32, lds, rows, n int)
TEXT ·copyRowsAVX2(SB), NOSPLIT, $0-48
	COPY(Y0, 32)
	VZEROUPPER
	RET

// func copyRowsAVX512(dst *float32, ldd int, src *float32, lds, rows, n int)
TEXT ·copyRowsAVX512(SB), NOSPLIT, $0-48
	COPY(Z0, 64)
	VZEROUPPER
	RET

// func prefetchLines(x *float32, lines int)
//
// No vector register is used, so there is no VZEROUPPER: it would fault on a CPU
// without AVX, where this runs beside the generic kernels.
TEXT ·prefetchLines(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ lines+8(FP), CX

loop:
	PREFETCHT1 (SI)
	ADDQ $64, SI
	DECQ CX
	JNE  loop
	RET
