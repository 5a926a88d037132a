// The vectors of AVX-512 under the names that the macros for either width use,
// VLEN, their bytes, and what the two instruction sets do with different
// instructions.

#define V0  Z0
#define V1  Z1
#define V2  Z2
#define V3  Z3
#define V4  Z4
#define V5  Z5
#define V6  Z6
#define V7  Z7
#define V8  Z8
#define V9  Z9
#define V10 Z10
#define V11 Z11
#define V12 Z12
#define V13 Z13
#define V14 Z14
#define V15 Z15

#define VLEN 64

// KEEP_POSITIVE is X = X where CONDITION > 0 (ZERO), else 0.
#define KEEP_POSITIVE(CONDITION, X)       \
	VCMPPS    $0x1e, ZERO, CONDITION, K1; \
	VMOVAPS.Z X, K1, X

// KEEP_EQUAL is OUT = X where A = B, else 0.
#define KEEP_EQUAL(A, B, X, OUT) \
	VCMPPS    $0, A, B, K1;      \
	VMOVAPS.Z X, K1, OUT
