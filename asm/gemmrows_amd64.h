// Products of one row by a matrix, for either width of vectors. A row of C stays in
// eight vectors, or what is left over in one, while k runs: an fma waits four cycles
// for the one before it in its chain, and two begin in each.

#define R_KC    CX
#define R_A     SI // of the product: A, and the first columns of B and C that are left
#define R_B     DI
#define R_C     DX
#define R_AT    R8 // while k runs
#define R_BT    R9
#define R_LDB   R10
#define R_LEFT  R11 // bytes of the row of C that are left
#define R_COUNT R12
#define R_B0    R13 // of the product
#define R_C0    BX

#define ROW8(DO)                                     \
	DO((R_C), V0);         DO(VLEN(R_C), V1);     \
	DO(2*VLEN(R_C), V2); DO(3*VLEN(R_C), V3); \
	DO(4*VLEN(R_C), V4); DO(5*VLEN(R_C), V5); \
	DO(6*VLEN(R_C), V6); DO(7*VLEN(R_C), V7)

#define ROW1(DO) DO((R_C), V0)

#define R_LOAD(AT, V)  VMOVUPS AT, V
#define R_STORE(AT, V) VMOVUPS V, AT
#define R_ZERO(AT, V)  VXORPS V, V, V

#define STEP8                             \
	VFMADD231PS (R_BT), V8, V0;         \
	VFMADD231PS VLEN(R_BT), V8, V1;     \
	VFMADD231PS 2*VLEN(R_BT), V8, V2; \
	VFMADD231PS 3*VLEN(R_BT), V8, V3; \
	VFMADD231PS 4*VLEN(R_BT), V8, V4; \
	VFMADD231PS 5*VLEN(R_BT), V8, V5; \
	VFMADD231PS 6*VLEN(R_BT), V8, V6; \
	VFMADD231PS 7*VLEN(R_BT), V8, V7

#define STEP1 VFMADD231PS (R_BT), V8, V0

// GEMM_PART computes the part of C's row that PART gives to DO, and to which STEP
// adds row k.
#define GEMM_PART(PART, STEP, ZERO, BEGIN, LOOP) \
	MOVQ R_A, R_AT;              \
	MOVQ R_B, R_BT;              \
	MOVQ kc+8(FP), R_KC;         \
	CMPB accumulate+80(FP), $0;  \
	JEQ  ZERO;                   \
	PART(R_LOAD);                \
	JMP  BEGIN;                  \
ZERO:                            \
	PART(R_ZERO);                \
BEGIN:                           \
LOOP:                            \
	VBROADCASTSS (R_AT), V8;     \
	STEP;                        \
	ADDQ $4, R_AT;               \
	ADDQ R_LDB, R_BT;            \
	DECQ R_KC;                   \
	JNE  LOOP;                   \
	PART(R_STORE)

#define GEMM_ROWS \
	MOVQ count+0(FP), R_COUNT;   \
	MOVQ a+24(FP), R_A;          \
	MOVQ b+40(FP), R_B0;         \
	MOVQ ldb+56(FP), R_LDB;      \
	MOVQ c+64(FP), R_C0;         \
	SHLQ $2, R_LDB;              \
product:                         \
	MOVQ R_B0, R_B;              \
	MOVQ R_C0, R_C;              \
	MOVQ n+16(FP), R_LEFT;       \
	SHLQ $2, R_LEFT;             \
	SUBQ $(8*VLEN), R_LEFT;      \
	JLT  few;                    \
eight:                           \
	GEMM_PART(ROW8, STEP8, zero8, begin8, loop8); \
	ADDQ $(8*VLEN), R_B;         \
	ADDQ $(8*VLEN), R_C;         \
	SUBQ $(8*VLEN), R_LEFT;      \
	JGE  eight;                  \
few:                             \
	ADDQ $(8*VLEN), R_LEFT;      \
	JEQ  next;                   \
one:                             \
	GEMM_PART(ROW1, STEP1, zero1, begin1, loop1); \
	ADDQ $VLEN, R_B;             \
	ADDQ $VLEN, R_C;             \
	SUBQ $VLEN, R_LEFT;          \
	JNE  one;                    \
next:                            \
	MOVQ nextA+32(FP), R_KC;     \
	LEAQ (R_A)(R_KC*4), R_A;     \
	MOVQ nextB+48(FP), R_KC;     \
	LEAQ (R_B0)(R_KC*4), R_B0;   \
	MOVQ nextC+72(FP), R_KC;     \
	LEAQ (R_C0)(R_KC*4), R_C0;   \
	DECQ R_COUNT;                \
	JNE  product
