// The elementwise kernels for either width of vectors. A STEP works on the vector
// at OFFSET(pointer)(I*1).

#define DST DI
#define X   SI
#define Y   DX
#define N   CX // bytes left
#define I   AX // bytes done

#define ZERO V5

// UNARY, BINARY, SCALAR and UPDATE take over the arguments, which the prototypes
// of their kernels share, and run STEP over all elements.

#define UNARY(STEP)          \
	MOVQ dst+0(FP), DST;     \
	MOVQ x+8(FP), X;         \
	MOVQ n+16(FP), N;        \
	VXORPS ZERO, ZERO, ZERO; \
	EACH(STEP)

#define BINARY(STEP)         \
	MOVQ dst+0(FP), DST;     \
	MOVQ x+8(FP), X;         \
	MOVQ y+16(FP), Y;        \
	MOVQ n+24(FP), N;        \
	VXORPS ZERO, ZERO, ZERO; \
	EACH(STEP)

// V4 is a.
#define SCALAR(STEP)          \
	MOVQ dst+0(FP), DST;      \
	VBROADCASTSS a+8(FP), V4; \
	MOVQ x+16(FP), X;         \
	MOVQ n+24(FP), N;         \
	EACH(STEP)

// V3, V4 and V5 are rate, momentum and decay.
#define UPDATE(STEP)                  \
	MOVQ w+0(FP), DST;                \
	MOVQ v+8(FP), X;                  \
	MOVQ dw+16(FP), Y;                \
	VBROADCASTSS rate+24(FP), V3;     \
	VBROADCASTSS momentum+28(FP), V4; \
	VBROADCASTSS decay+32(FP), V5;    \
	MOVQ n+40(FP), N;                 \
	EACH(STEP)

// EACH runs STEP(OFFSET) over the N > 0 elements, a multiple of a vector's, four
// vectors at a time.
#define EACH(STEP)     \
	XORQ I, I;         \
	SHLQ $2, N;        \
	SUBQ $(4*VLEN), N; \
	JLT  single;       \
	PCALIGN $32;       \
four:                  \
	STEP(0*VLEN);      \
	STEP(1*VLEN);      \
	STEP(2*VLEN);      \
	STEP(3*VLEN);      \
	ADDQ $(4*VLEN), I; \
	CMPQ I, N;         \
	JLE  four;         \
single:                \
	ADDQ $(3*VLEN), N; \
	CMPQ I, N;         \
	JGT  done;         \
one:                   \
	STEP(0*VLEN);      \
	ADDQ $VLEN, I;     \
	CMPQ I, N;         \
	JLE  one;          \
done:

#define ADD(OFFSET)                 \
	VMOVUPS OFFSET(X)(I*1), V0;     \
	VADDPS  OFFSET(Y)(I*1), V0, V0; \
	VMOVUPS V0, OFFSET(DST)(I*1)

#define MAX(OFFSET)                  \
	VMOVUPS OFFSET(X)(I*1), V0;      \
	MAX2(V0, OFFSET(Y)(I*1), V1);    \
	VMOVUPS V0, OFFSET(DST)(I*1)

#define RELU(OFFSET)                  \
	VMAXPS  OFFSET(X)(I*1), ZERO, V0; \
	VMOVUPS V0, OFFSET(DST)(I*1)

// X is dy here.
#define RELUGRAD(OFFSET)        \
	VMOVUPS OFFSET(Y)(I*1), V0; \
	VMOVUPS OFFSET(X)(I*1), V1; \
	KEEP_POSITIVE(V0, V1);      \
	VMOVUPS V1, OFFSET(DST)(I*1)

#define SCALE(OFFSET)               \
	VMULPS  OFFSET(X)(I*1), V4, V0; \
	VMOVUPS V0, OFFSET(DST)(I*1)

#define AXPY(OFFSET)                    \
	VMOVUPS     OFFSET(DST)(I*1), V0;   \
	VFMADD231PS OFFSET(X)(I*1), V4, V0; \
	VMOVUPS     V0, OFFSET(DST)(I*1)

// DST is w, X is v, Y is g.
#define SGD(OFFSET)                    \
	VMOVUPS      OFFSET(DST)(I*1), V0; \
	VMOVUPS      OFFSET(Y)(I*1), V1;   \
	VFMADD231PS  V0, V5, V1;           \
	VMOVUPS      OFFSET(X)(I*1), V2;   \
	VFMADD213PS  V1, V4, V2;           \
	VFNMADD231PS V2, V3, V0;           \
	VMOVUPS      V2, OFFSET(X)(I*1);   \
	VMOVUPS      V0, OFFSET(DST)(I*1)

// e^x, as exp32 computes it. V0 is x and then the rest r, V1 is n, V2 the
// polynomial, V3 and V4 are constants.

#include "exp.h"

// HORNER is V2 = V2·r + the constant at C.
#define HORNER(C)       \
	VBROADCASTSS C, V4; \
	VFMADD213PS  V4, V0, V2

// POWER2 is N = 2^N, from an integer to a float; V4 is 127.
#define POWER2(N)    \
	VPADDD V4, N, N; \
	VPSLLD $23, N, N

#define EXP(OFFSET)                  \
	VMOVUPS      OFFSET(X)(I*1), V0; \
	VBROADCASTSS exp<>+0(SB), V3;    \
	VMINPS       V0, V3, V0;         \
	VBROADCASTSS exp<>+4(SB), V3;    \
	VMAXPS       V0, V3, V0;         \
	VBROADCASTSS exp<>+8(SB), V1;    \
	VBROADCASTSS exp<>+12(SB), V3;   \
	VFMADD213PS  V3, V0, V1;         \
	VSUBPS       V3, V1, V2;         \
	VPSUBD       V3, V1, V1;         \
	VBROADCASTSS exp<>+16(SB), V3;   \
	VFNMADD231PS V3, V2, V0;         \
	VBROADCASTSS exp<>+20(SB), V3;   \
	VFNMADD231PS V3, V2, V0;         \
	VBROADCASTSS exp<>+44(SB), V2;   \
	HORNER(exp<>+40(SB));            \
	HORNER(exp<>+36(SB));            \
	HORNER(exp<>+32(SB));            \
	HORNER(exp<>+28(SB));            \
	HORNER(exp<>+24(SB));            \
	HORNER(exp<>+48(SB));            \
	HORNER(exp<>+48(SB));            \
	VPSRAD       $1, V1, V3;         \
	VPSUBD       V3, V1, V1;         \
	VBROADCASTSS exp<>+52(SB), V4;   \
	POWER2(V3);                      \
	POWER2(V1);                      \
	VMULPS       V3, V2, V2;         \
	VMULPS       V1, V2, V2;         \
	VMOVUPS      V2, OFFSET(DST)(I*1)
