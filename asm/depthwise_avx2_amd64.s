//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx2_amd64.h"
#include "depthwise_amd64.h"

// func depthwiseRunAVX2(a *depthwiseArgs)
TEXT ·depthwiseRunAVX2(SB), NOSPLIT, $0-8
	EACH_TAP(RUN_SPREAD, RUN_STEP, RUN_STORE)
	VZEROUPPER
	RET

// func depthwisePixelAVX2(a *depthwiseArgs)
TEXT ·depthwisePixelAVX2(SB), NOSPLIT, $0-8
	EACH_TAP(PIXEL_SPREAD, PIXEL_STEP, PIXEL_STORE)
	VZEROUPPER
	RET

// func depthwiseGradAVX2(a *depthwiseArgs)
TEXT ·depthwiseGradAVX2(SB), NOSPLIT, $0-8
	DEPTHWISEGRAD
	VZEROUPPER
	RET
