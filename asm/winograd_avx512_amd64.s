//go:build !purego

#include "funcdata.h"
#include "textflag.h"
#include "avx512_amd64.h"
#include "winograd_amd64.h"
#include "winograd2_amd64.h"
#include "winograd4_amd64.h"
#include "filterproduct_amd64.h"

// func winograd2InputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2InputAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(NO_CONSTANTS, INPUT2)
	VZEROUPPER
	RET

// func winograd2FilterAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(FILTER2_CONSTANTS, FILTER2)
	VZEROUPPER
	RET

// func winograd2OutputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd2OutputAVX512(SB), NOSPLIT, $0-64
	TRANSFORM(OUTPUT2_CONSTANTS, OUTPUT2)
	VZEROUPPER
	RET

// func winograd2OutputGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2OutputGradAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(OUTPUTGRAD2_CONSTANTS, OUTPUTGRAD2)
	VZEROUPPER
	RET

// func winograd2FilterGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd2FilterGradAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(FILTERGRAD2_CONSTANTS, FILTERGRAD2)
	VZEROUPPER
	RET

// func winograd4InputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4InputAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(INPUT4_CONSTANTS, INPUT4)
	VZEROUPPER
	RET

// func winograd4FilterAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(FILTER4_CONSTANTS, FILTER4)
	VZEROUPPER
	RET

// func winograd4OutputAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd4OutputAVX512(SB), NOSPLIT, $0-64
	TRANSFORM(OUTPUT4_CONSTANTS, OUTPUT4)
	VZEROUPPER
	RET

// func winograd4OutputGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4OutputGradAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(OUTPUTGRAD4_CONSTANTS, OUTPUTGRAD4)
	VZEROUPPER
	RET

// func winograd4FilterGradAVX512(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterGradAVX512(SB), NOSPLIT, $0-56
	TRANSFORM(FILTERGRAD4_CONSTANTS, FILTERGRAD4)
	VZEROUPPER
	RET

// func winograd2FilterProductAVX512(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
TEXT ·winograd2FilterProductAVX512(SB), 0, $18496-73
	NO_LOCAL_POINTERS
	FILTER_PRODUCT(PRODUCT2_CONSTANTS, ROWS2)
	VZEROUPPER
	RET

// func winograd4FilterProductAVX512(m *float32, mPoint int, v *float32, vPoint int, w *float32, tap, next, kc, ahead int, accumulate bool)
TEXT ·winograd4FilterProductAVX512(SB), 0, $18496-73
	NO_LOCAL_POINTERS
	FILTER_PRODUCT(PRODUCT4_CONSTANTS, ROWS4)
	VZEROUPPER
	RET
