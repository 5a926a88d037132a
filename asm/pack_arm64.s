//go:build !purego

#include "textflag.h"

// What brings operands to where Gemm reads them: PackRow and Prefetch.

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
