//go:build !purego

#include "funcdata.h"
#include "textflag.h"
#include "avx2_amd64.h"
#include "winograd_amd64.h"
#include "winograd2_amd64.h"
#include "winograd4_amd64.h"
#include "filterproduct_amd64.h"

// func winograd2InputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2InputAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(NO_CONSTANTS, INPUT2)
	VZEROUPPER
	RET

// func winograd2FilterAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(FILTER2_CONSTANTS, FILTER2)
	VZEROUPPER
	RET

// func winograd2OutputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd2OutputAVX2(SB), NOSPLIT, $0-64
	TRANSFORM(OUTPUT2_CONSTANTS, OUTPUT2)
	VZEROUPPER
	RET

// func winograd2OutputGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2OutputGradAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(OUTPUTGRAD2_CONSTANTS, OUTPUTGRAD2)
	VZEROUPPER
	RET

// func winograd2FilterGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterGradAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(FILTERGRAD2_CONSTANTS, FILTERGRAD2)
	VZEROUPPER
	RET

// func winograd4InputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4InputAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(INPUT4_CONSTANTS, INPUT4)
	VZEROUPPER
	RET

// func winograd4FilterAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(FILTER4_CONSTANTS, FILTER4)
	VZEROUPPER
	RET

// func winograd4OutputAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd4OutputAVX2(SB), NOSPLIT, $0-64
	TRANSFORM(OUTPUT4_CONSTANTS, OUTPUT4)
	VZEROUPPER
	RET

// func winograd4OutputGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4OutputGradAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(OUTPUTGRAD4_CONSTANTS, OUTPUTGRAD4)
	VZEROUPPER
	RET

// func winograd4FilterGradAVX2(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterGradAVX2(SB), NOSPLIT, $0-56
	TRANSFORM(FILTERGRAD4_CONSTANTS, FILTERGRAD4)
	VZEROUPPER
	RET

// func winograd2FilterProductAVX2(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
TEXT ·winograd2FilterProductAVX2(SB), 0, $18496-73
	NO_LOCAL_POINTERS
	FILTER_PRODUCT(PRODUCT2_CONSTANTS, ROWS2)
	VZEROUPPER
	RET

// func winograd4FilterProductAVX2(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
TEXT ·winograd4FilterProductAVX2(SB), 0, $18496-73
	NO_LOCAL_POINTERS
	FILTER_PRODUCT(PRODUCT4_CONSTANTS, ROWS4)
	VZEROUPPER
	RET
