//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx512_amd64.h"
#include "depthwise_amd64.h"

// func depthwiseRunAVX512(a *depthwiseArgs)
TEXT ·depthwiseRunAVX512(SB), NOSPLIT, $0-8
	EACH_TAP(RUN_SPREAD, RUN_STEP, RUN_STORE)
	VZEROUPPER
	RET

// func depthwisePixelAVX512(a *depthwiseArgs)
TEXT ·depthwisePixelAVX512(SB), NOSPLIT, $0-8
	EACH_TAP(PIXEL_SPREAD, PIXEL_STEP, PIXEL_STORE)
	VZEROUPPER
	RET

// func depthwiseGradAVX512(a *depthwiseArgs)
TEXT ·depthwiseGradAVX512(SB), NOSPLIT, $0-8
	DEPTHWISEGRAD
	VZEROUPPER
	RET
