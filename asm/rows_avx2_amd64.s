//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx2_amd64.h"
#include "rows_amd64.h"
#include "pool_amd64.h"

// func addRowAVX2(a *rowArgs)
TEXT ·addRowAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(ADDROW, ADVANCE_X_DST)
	VZEROUPPER
	RET

// func colSumsAVX2(a *rowArgs)
TEXT ·colSumsAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(COLSUMS, ADVANCE_X)
	VZEROUPPER
	RET

// func colSquaresAVX2(a *rowArgs)
TEXT ·colSquaresAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(COLSQUARES, ADVANCE_X)
	VZEROUPPER
	RET

// func scaleShiftAVX2(a *rowArgs)
TEXT ·scaleShiftAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFT, ADVANCE_X_DST)
	VZEROUPPER
	RET

// func scaleShiftReLUAVX2(a *rowArgs)
TEXT ·scaleShiftReLUAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFTRELU, ADVANCE_X_DST)
	VZEROUPPER
	RET

// func scaleShiftAddReLUAVX2(a *rowArgs)
TEXT ·scaleShiftAddReLUAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(SCALESHIFTADDRELU, ADVANCE_ALL)
	VZEROUPPER
	RET

// func normGradSumsAVX2(a *rowArgs)
TEXT ·normGradSumsAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(NORMGRADSUMS, ADVANCE_X_DY)
	VZEROUPPER
	RET

// func normReLUGradSumsAVX2(a *rowArgs)
TEXT ·normReLUGradSumsAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(NORMRELUGRADSUMS, ADVANCE_X_DY)
	VZEROUPPER
	RET

// func normGradAVX2(a *rowArgs)
TEXT ·normGradAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(NORMGRAD, ADVANCE_ALL)
	VZEROUPPER
	RET

// func normReLUGradAVX2(a *rowArgs)
TEXT ·normReLUGradAVX2(SB), NOSPLIT, $0-8
	EACH_ROW(NORMRELUGRAD, ADVANCE_ALL)
	VZEROUPPER
	RET

// func maxPool2x2AVX2(a *rowArgs)
TEXT ·maxPool2x2AVX2(SB), NOSPLIT, $0-8
	EACH_PIXEL(POOL, ADVANCE_POOL)
	VZEROUPPER
	RET

// func maxPool2x2GradAVX2(a *rowArgs)
TEXT ·maxPool2x2GradAVX2(SB), NOSPLIT, $0-8
	EACH_PIXEL(POOLGRAD, ADVANCE_POOLGRAD)
	VZEROUPPER
	RET
	POOLGRAD_NAN
