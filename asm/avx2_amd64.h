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

// KEEP_POSITIVE is X = X where CONDITION > 0 (ZERO) or NaN, else 0; CONDITION is
// used up.
#define KEEP_POSITIVE(CONDITION, X)           \
	VCMPPS $0x16, ZERO, CONDITION, CONDITION; \
	VANDPS CONDITION, X, X

// KEEP_EQUAL is OUT = X where A = B, else 0.
#define KEEP_EQUAL(A, B, X, OUT) \
	VCMPPS $0, A, B, OUT;        \
	VANDPS X, OUT, OUT

// MAX2 is A = the larger of A and B, B of two zeros, NaN if either is. VMAXPS
// itself gives B where A is NaN. B may be in memory; T is used up.
#define MAX2(A, B, T)   \
	VCMPPS $3, A, A, T; \
	VMAXPS B, A, A;     \
	VORPS  T, A, A

// MAX4 is A = the larger of A and B and of C and D, as MAX2 has it. A comparison
// finds the NaNs of two vectors, and VMAXPS hands on those of D. B and D may be in
// memory; C, S and T are used up.
#define MAX4(A, B, C, D, S, T) \
	VMOVUPS B, S;              \
	VCMPPS  $3, A, S, T;       \
	VMAXPS  S, A, A;           \
	VCMPPS  $3, C, C, S;       \
	VMAXPS  D, C, C;           \
	VMAXPS  C, A, A;           \
	VORPS   T, S, S;           \
	VORPS   S, A, A

// JUMP_IF_ANY jumps where X has a bit that is 1.
#define JUMP_IF_ANY(X, LABEL) \
	VPTEST X, X;              \
	JNE    LABEL

// COPY_LINE copies 64 bytes, FROM and the second half of it, to place N of FP_T.
#define COPY_LINE(FROM, HALF, N) \
	VMOVUPS FROM, V0;            \
	VMOVUPS HALF, V1;            \
	VMOVUPS V0, ((N)*64)(FP_T);  \
	VMOVUPS V1, ((N)*64+32)(FP_T)

// FETCH_TAPS asks for what lies at W, and FETCHED_TAPS goes on to the next, COL after it.

#define FETCH_TAPS(W, COL)   PREFETCHT1 (W)
#define FETCHED_TAPS(W, COL) ADDQ COL, W
