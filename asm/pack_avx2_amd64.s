//go:build !purego

#include "textflag.h"

#define V0 Y0
#define VLEN 32

#include "pack_amd64.h"

// func packRowAVX2(dst *float32, panel, width int, src *float32, n int)
TEXT ·packRowAVX2(SB), NOSPLIT, $0-40
	PACK
	VZEROUPPER
	RET
