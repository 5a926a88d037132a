//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "elementwise_amd64.h"

// func addAVX2(dst, x, y *float32, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	BINARY(ADD)
	VZEROUPPER
	RET

// func maxAVX2(dst, x, y *float32, n int)
TEXT ·maxAVX2(SB), NOSPLIT, $0-32
	BINARY(MAX)
	VZEROUPPER
	RET

// func reluAVX2(dst, x *float32, n int)
TEXT ·reluAVX2(SB), NOSPLIT, $0-24
	UNARY(RELU)
	VZEROUPPER
	RET

// func reluGradAVX2(dx, dy, y *float32, n int)
TEXT ·reluGradAVX2(SB), NOSPLIT, $0-32
	BINARY(RELUGRAD)
	VZEROUPPER
	RET

// func scaleAVX2(dst *float32, a float32, x *float32, n int)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-32
	SCALAR(SCALE)
	VZEROUPPER
	RET

// func axpyAVX2(dst *float32, a float32, x *float32, n int)
TEXT ·axpyAVX2(SB), NOSPLIT, $0-32
	SCALAR(AXPY)
	VZEROUPPER
	RET

// func sgdAVX2(w, v, dw *float32, rate, momentum, decay float32, n int)
TEXT ·sgdAVX2(SB), NOSPLIT, $0-48
	UPDATE(SGD)
	VZEROUPPER
	RET

// func expAVX2(dst, x *float32, n int)
TEXT ·expAVX2(SB), NOSPLIT, $0-24
	UNARY(EXP)
	VZEROUPPER
	RET
