// What the products of every tile share. The tile of C stays in vectors while k
// runs, two to a row; V0 and V1 are B[k,:], and V2 and V3 in turn an element of A
// in all places.
//
// The including file defines STEP, which takes row k of B, and NEXT, which goes on
// to the next k of A.

#define KC  CX
#define A   SI
#define A7  BX  // row 7 of A
#define RS  R8  // stride of A from row to row, and three and five times it
#define RS3 R9
#define RS5 R10
#define CS  R11 // stride of A from k to k
#define B   DI
#define LDB R12
#define C   DX
#define LDC R13

// ROW adds A[i,k]·B[k,:] to one row of the tile.
#define ROW(ELEMENT, BROADCAST, LO, HI) \
	VBROADCASTSS ELEMENT, BROADCAST;    \
	VFMADD231PS  V0, BROADCAST, LO;     \
	VFMADD231PS  V1, BROADCAST, HI

// FOUR are the upper four rows of the tile, for what is left over, and FOUR_ROWS adds
// A[i,k]·B[k,:] to them.

#define FOUR(DO)            \
	DO(V4, V5); DO(V6, V7); \
	DO(V8, V9); DO(V10, V11)

#define FOUR_ROWS               \
	ROW((A), V2, V4, V5);       \
	ROW((A)(RS*1), V3, V6, V7); \
	ROW((A)(RS*2), V2, V8, V9); \
	ROW((A)(RS3*1), V3, V10, V11)

#define LOAD(LO, HI)     \
	VMOVUPS (C), LO;     \
	VMOVUPS VLEN(C), HI; \
	ADDQ    LDC, C

#define STORE(LO, HI)    \
	VMOVUPS LO, (C);     \
	VMOVUPS HI, VLEN(C); \
	ADDQ    LDC, C

#define ZERO(LO, HI)   \
	VXORPS LO, LO, LO; \
	VXORPS HI, HI, HI

// PRODUCT computes the tile whose rows TILE(DO) gives to DO, and to which ROWS
// adds row k. AHEAD is done before k runs, where C is the tile's first row.
//
// Four k a turn: the branch predictor of the CPUs that this was measured on predicts
// the end of 64 turns, that is of 256 k, and not of 128 or more turns. A wrong
// prediction takes as long as ten k.
#define PRODUCT(TILE, ROWS, AHEAD) \
	MOVQ kc+0(FP), KC;             \
	MOVQ a+8(FP), A;               \
	MOVQ rsA+16(FP), RS;           \
	MOVQ csA+24(FP), CS;           \
	MOVQ b+32(FP), B;              \
	MOVQ ldb+40(FP), LDB;          \
	MOVQ c+48(FP), C;              \
	MOVQ ldc+56(FP), LDC;          \
	SHLQ $2, RS;                   \
	SHLQ $2, CS;                   \
	SHLQ $2, LDB;                  \
	SHLQ $2, LDC;                  \
	LEAQ (RS)(RS*2), RS3;          \
	LEAQ (RS)(RS*4), RS5;          \
	LEAQ (A)(RS5*1), A7;           \
	LEAQ (A7)(RS*2), A7;           \
	CMPB accumulate+64(FP), $0;    \
	JEQ  zero;                     \
	TILE(LOAD);                    \
	JMP  begin;                    \
zero:                              \
	TILE(ZERO);                    \
begin:                             \
	TESTQ KC, KC;                  \
	JEQ  done;                     \
	MOVQ c+48(FP), C;              \
	AHEAD;                         \
	SUBQ $4, KC;                   \
	JLT  rest;                     \
	PCALIGN $64;                   \
four:                              \
	STEP; ROWS; NEXT;              \
	STEP; ROWS; NEXT;              \
	STEP; ROWS; NEXT;              \
	STEP; ROWS; NEXT;              \
	SUBQ $4, KC;                   \
	JGE  four;                     \
rest:                              \
	ADDQ $4, KC;                   \
	JEQ  done;                     \
one:                               \
	STEP; ROWS; NEXT;              \
	DECQ KC;                       \
	JNE  one;                      \
done:                              \
	MOVQ c+48(FP), C;              \
	TILE(STORE)
