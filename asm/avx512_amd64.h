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

// KEEP_POSITIVE is X = X where CONDITION > 0 (ZERO) or NaN, else 0.
#define KEEP_POSITIVE(CONDITION, X)       \
	VCMPPS    $0x16, ZERO, CONDITION, K1; \
	VMOVAPS.Z X, K1, X

// KEEP_EQUAL is OUT = X where A = B, else 0.
#define KEEP_EQUAL(A, B, X, OUT) \
	VCMPPS    $0, A, B, K1;      \
	VMOVAPS.Z X, K1, OUT

// MAX2 is A = the larger of A and B, B of two zeros, NaN if either is. VMAXPS
// itself gives B where A is NaN; there A stays. B may be in memory.
#define MAX2(A, B, T)    \
	VCMPPS $7, A, A, K1; \
	VMAXPS B, A, K1, A

// MAX4 is A = the larger of A and B and of C and D, as MAX2 has it. B and D may be
// in memory; C is used up.
#define MAX4(A, B, C, D, S, T) \
	MAX2(A, B, T);             \
	MAX2(C, D, T);             \
	MAX2(A, C, T)

// JUMP_IF_ANY jumps where X has a bit that is 1.
#define JUMP_IF_ANY(X, LABEL) \
	VPTESTMD X, X, K1;        \
	KORTESTW K1, K1;          \
	JNE      LABEL

// COPY_LINE copies 64 bytes, FROM, to place N of FP_T.
#define COPY_LINE(FROM, HALF, N) \
	VMOVUPS FROM, V0;            \
	VMOVUPS V0, ((N)*64)(FP_T)

// FETCH_TAPS asks for what lies at W and COL after it, and FETCHED_TAPS goes on to the next.

#define FETCH_TAPS(W, COL) \
	PREFETCHT1 (W);        \
	PREFETCHT1 (W)(COL*1)

#define FETCHED_TAPS(W, COL) LEAQ (W)(COL*2), W
