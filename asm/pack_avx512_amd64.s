//go:build !purego

#include "textflag.h"

#define V0 Z0
#define VLEN 64

#include "pack_amd64.h"

// func packRowAVX512(dst *float32, panel, width int, src *float32, n int)
TEXT ·packRowAVX512(SB), NOSPLIT, $0-40
	PACK
	VZEROUPPER
	RET
