//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "elementwise_amd64.h"

// func addAVX512(dst, x, y *float32, n int)
TEXT ·addAVX512(SB), NOSPLIT, $0-32
	BINARY(ADD)
	VZEROUPPER
	RET

// func maxAVX512(dst, x, y *float32, n int)
TEXT ·maxAVX512(SB), NOSPLIT, $0-32
	BINARY(MAX)
	VZEROUPPER
	RET

// func reluAVX512(dst, x *float32, n int)
TEXT ·reluAVX512(SB), NOSPLIT, $0-24
	UNARY(RELU)
	VZEROUPPER
	RET

// func reluGradAVX512(dx, dy, y *float32, n int)
TEXT ·reluGradAVX512(SB), NOSPLIT, $0-32
	BINARY(RELUGRAD)
	VZEROUPPER
	RET

// func scaleAVX512(dst *float32, a float32, x *float32, n int)
TEXT ·scaleAVX512(SB), NOSPLIT, $0-32
	SCALAR(SCALE)
	VZEROUPPER
	RET

// func axpyAVX512(dst *float32, a float32, x *float32, n int)
TEXT ·axpyAVX512(SB), NOSPLIT, $0-32
	SCALAR(AXPY)
	VZEROUPPER
	RET

// func sgdAVX512(w, v, dw *float32, rate, momentum, decay float32, n int)
TEXT ·sgdAVX512(SB), NOSPLIT, $0-48
	UPDATE(SGD)
	VZEROUPPER
	RET

// func expAVX512(dst, x *float32, n int)
TEXT ·expAVX512(SB), NOSPLIT, $0-24
	UNARY(EXP)
	VZEROUPPER
	RET
