//go:build !purego

#include "textflag.h"

// What brings operands to where Gemm reads them: PackRow, CopyRows and Prefetch.

#define DST   R0
#define SRC   R1
#define PANEL R2 // bytes from panel to panel
#define WIDTH R3 // bytes of a row of a panel, a multiple of 16
#define N     R4 // panels left
#define AT    R5
#define LEFT  R6

// func packRowNEON(dst *float32, panel, width int, src *float32, n int)
TEXT ·packRowNEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), DST
	MOVD panel+8(FP), PANEL
	MOVD width+16(FP), WIDTH
	MOVD src+24(FP), SRC
	MOVD n+32(FP), N
	LSL  $2, PANEL
	LSL  $2, WIDTH

panel:
	MOVD DST, AT
	MOVD WIDTH, LEFT

vector:
	FMOVQ.P 16(SRC), F0
	FMOVQ.P F0, 16(AT)
	SUBS    $16, LEFT
	BNE     vector
	ADD     PANEL, DST
	SUBS    $1, N
	BNE     panel
	RET

#define LDD  R2 // bytes from row to row
#define LDS  R3
#define ROWS R4
#define LAST R7 // where the last vector of a row begins, in bytes
#define FROM R8

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
