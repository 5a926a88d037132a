// The vectors of AVX2 under the names that the macros for either width use, VLEN,
// their bytes, and what the two instruction sets do with different instructions.

#define V0  Y0
#define V1  Y1
#define V2  Y2
#define V3  Y3
#define V4  Y4
#define V5  Y5
#define V6  Y6
#define V7  Y7
#define V8  Y8
#define V9  Y9
#define V10 Y10
#define V11 Y11
#define V12 Y12
#define V13 Y13
#define V14 Y14
#define V15 Y15

#define VLEN 32

// KEEP_POSITIVE is X = X where CONDITION > 0 (ZERO), else 0; CONDITION is used up.
#define KEEP_POSITIVE(CONDITION, X)           \
	VCMPPS $0x1e, ZERO, CONDITION, CONDITION; \
	VANDPS CONDITION, X, X

// KEEP_EQUAL is OUT = X where A = B, else 0.
#define KEEP_EQUAL(A, B, X, OUT) \
	VCMPPS $0, A, B, OUT;        \
	VANDPS X, OUT, OUT
