// e^x in float64, as fmath.Exp computes it for |x| ≤ 708: every product and every
// sum is rounded. The including file defines FLOOR.

#include "exp64.h"

#define DST DI
#define X   SI
#define N   CX // bytes
#define I   AX // bytes done

#define CONSTANT(AT, V) VBROADCASTSD exp64<>+AT(SB), V

// HORNER is V4 = V4·r + the constant at AT.
#define HORNER(AT)     \
	VMULPD V0, V4, V4; \
	CONSTANT(AT, V5);  \
	VADDPD V5, V4, V4

// EXP64 sets dst to e^x a vector at a time, up to the first one that has an element
// beyond the range; I is then how many elements that are. V0 is x and then the
// rest r, V1 is k, V2 and V3 are hi and lo and V2 then c, V4 is the polynomial.
#define EXP64               \
	MOVQ dst+0(FP), DST;    \
	MOVQ x+8(FP), X;        \
	MOVQ n+16(FP), N;       \
	SHLQ $3, N;             \
	XORQ I, I;              \
	CONSTANT(0, V14);       \
	CONSTANT(8, V13);       \
	CONSTANT(16, V12);      \
	CONSTANT(24, V11);      \
	CONSTANT(32, V10);      \
	CONSTANT(40, V9);       \
	CONSTANT(48, V8);       \
	CONSTANT(56, V7);       \
	PCALIGN $32;            \
loop:                       \
	VMOVUPD (X)(I*1), V0;   \
	VPSLLQ  $1, V0, V1;     \
	VPSRLQ  $1, V1, V1;     \
	VPSUBQ  V1, V14, V1;    \
	VPSRLQ  $63, V1, V1;    \
	JUMP_IF_ANY(V1, done);  \
	VMULPD  V13, V0, V1;    \
	VADDPD  V12, V1, V1;    \
	FLOOR(V1);              \
	VMULPD  V11, V1, V2;    \
	VSUBPD  V2, V0, V2;     \
	VMULPD  V10, V1, V3;    \
	VSUBPD  V3, V2, V0;     \
	VSUBPD  V0, V2, V2;     \
	VSUBPD  V3, V2, V2;     \
	CONSTANT(64, V4);       \
	HORNER(72);             \
	HORNER(80);             \
	HORNER(88);             \
	HORNER(96);             \
	HORNER(104);            \
	HORNER(112);            \
	HORNER(120);            \
	HORNER(128);            \
	HORNER(136);            \
	HORNER(144);            \
	HORNER(16);             \
	VMULPD  V0, V0, V5;     \
	VMULPD  V4, V5, V5;     \
	VMULPD  V0, V2, V6;     \
	VADDPD  V6, V2, V2;     \
	VADDPD  V2, V5, V5;     \
	VADDPD  V5, V0, V5;     \
	VADDPD  V9, V5, V5;     \
	VADDPD  V8, V1, V1;     \
	VPSLLQ  $52, V1, V1;    \
	VPADDQ  V7, V1, V1;     \
	VMULPD  V1, V5, V5;     \
	VMOVUPD V5, (DST)(I*1); \
	ADDQ    $VLEN, I;       \
	CMPQ    I, N;           \
	JLT     loop;           \
done:                       \
	SHRQ $3, I
