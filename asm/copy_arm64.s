//go:build !purego

#include "textflag.h"

// CopyRows, and what asks for memory ahead of it: Prefetch.

#define DST  R0
#define SRC  R1
#define LDD  R2 // bytes from row to row
#define LDS  R3
#define ROWS R4
#define LAST R5 // where the last vector of a row begins, in bytes
#define LEFT R6
#define FROM R7
#define AT   R8

// func copyRowsNEON(dst *float32, ldd int, src *float32, lds, rows, n int)
//
// The last vector ends where the row does, and takes again what the one before has of
// it.
TEXT ·copyRowsNEON(SB), NOSPLIT, $0-48
	MOVD dst+0(FP), DST
	MOVD ldd+8(FP), LDD
	MOVD src+16(FP), SRC
	MOVD lds+24(FP), LDS
	MOVD rows+32(FP), ROWS
	MOVD n+40(FP), LAST
	LSL  $2, LDD
	LSL  $2, LDS
	LSL  $2, LAST
	SUB  $16, LAST

row:
	MOVD SRC, FROM
	MOVD DST, AT
	MOVD LAST, LEFT
	CBZ  LEFT, last

vector:
	FMOVQ.P 16(FROM), F0
	FMOVQ.P F0, 16(AT)
	SUBS    $16, LEFT
	BGT     vector

last:
	ADD   LAST, SRC, FROM
	ADD   LAST, DST, AT
	FMOVQ (FROM), F0
	FMOVQ F0, (AT)
	ADD   LDS, SRC
	ADD   LDD, DST
	SUBS  $1, ROWS
	BNE   row
	RET

// func prefetchLines(x *float32, lines int)
TEXT ·prefetchLines(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD lines+8(FP), R1

loop:
	PRFM (R0), PLDL2KEEP
	ADD  $64, R0
	SUBS $1, R1, R1
	BNE  loop
	RET
