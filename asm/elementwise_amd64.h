// The elementwise kernels for any vector width. The including file defines
// V0..V5, the vectors, VLEN, their bytes, and
//
//	KEEP_POSITIVE(CONDITION, X)  X = X where CONDITION > 0 (ZERO), else 0;
//	                             CONDITION is used up

#define DST DI
#define X   SI
#define Y   DX
#define N   CX // bytes left
#define I   AX // bytes done

#define ZERO V5

// EACH runs STEP(OFFSET) over the N > 0 elements, a multiple of a vector's,
// four vectors at a time. STEP works on the vector at OFFSET(pointer)(I*1).
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

// The maximum of a pair with a NaN, or of two zeros, is its second operand, y.
#define MAX(OFFSET)                 \
	VMOVUPS OFFSET(X)(I*1), V0;     \
	VMAXPS  OFFSET(Y)(I*1), V0, V0; \
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

// V4 is a.
#define SCALE(OFFSET)               \
	VMULPS  OFFSET(X)(I*1), V4, V0; \
	VMOVUPS V0, OFFSET(DST)(I*1)

// V4 is a.
#define AXPY(OFFSET)                    \
	VMOVUPS     OFFSET(DST)(I*1), V0;   \
	VFMADD231PS OFFSET(X)(I*1), V4, V0; \
	VMOVUPS     V0, OFFSET(DST)(I*1)

// DST is w, X is v, Y is g; V3, V4 and V5 are rate, momentum and decay.
#define SGD(OFFSET)                    \
	VMOVUPS      OFFSET(DST)(I*1), V0; \
	VMOVUPS      OFFSET(Y)(I*1), V1;   \
	VFMADD231PS  V0, V5, V1;           \
	VMOVUPS      OFFSET(X)(I*1), V2;   \
	VFMADD213PS  V1, V4, V2;           \
	VFNMADD231PS V2, V3, V0;           \
	VMOVUPS      V2, OFFSET(X)(I*1);   \
	VMOVUPS      V0, OFFSET(DST)(I*1)
