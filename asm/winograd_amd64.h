// What the transforms of both tile sizes share, for either width of vectors.
//
// A transform works on VLEN bytes of channels of all elements at a time. The left
// product is computed column by column of the source, Q pointing to the column's
// first element. Its rows are kept in registers, and the right product is then
// computed from each.
// Rows that share subexpressions are made in pairs. The source lies in the L1
// cache and is read again for each pair; nothing is stored in between.
//
// A COLUMN macro computes two rows of the left matrix times the column S0..S5, a
// ROW macro all rows of the right one times a row of the left result, T0..T5. The
// comment above each gives what it computes of x0..x5, the column or the row, and
// generic_winograd.go the order of the operations.

#define SRC   SI
#define ROW   R8  // source strides: from row to row, and three and five times it
#define ROW3  R9
#define ROW5  R10
#define COL   R11 // from column to column
#define Q     AX
#define DST   DI
#define DROW  R12 // destination strides
#define DCOL  DX
#define DCOL3 R13
#define DCOL5 BX
#define N     CX  // channels left
#define BIAS  DCOL5 // a destination with a bias is too narrow for that stride

// The six elements of a column of the source.
#define S0 (Q)
#define S1 (Q)(ROW*1)
#define S2 (Q)(ROW*2)
#define S3 (Q)(ROW3*1)
#define S4 (Q)(ROW*4)
#define S5 (Q)(ROW5*1)

// The six elements of the row of the destination that Q points to.
#define D0 (Q)
#define D1 (Q)(DCOL*1)
#define D2 (Q)(DCOL*2)
#define D3 (Q)(DCOL3*1)
#define D4 (Q)(DCOL*4)
#define D5 (Q)(DCOL5*1)

// Q to a row of the destination.
#define TO_ROW0 MOVQ DST, Q
#define TO_ROW1 LEAQ (DST)(DROW*1), Q
#define TO_ROW2 LEAQ (DST)(DROW*2), Q
#define TO_ROW3 LEAQ (DROW)(DROW*2), Q; ADDQ DST, Q
#define TO_ROW4 LEAQ (DST)(DROW*4), Q
#define TO_ROW5 LEAQ (DROW)(DROW*4), Q; ADDQ DST, Q

// ARGUMENTS takes over the arguments that all transforms share.
#define ARGUMENTS               \
	MOVQ dst+0(FP), DST;        \
	MOVQ dstRow+8(FP), DROW;    \
	MOVQ dstCol+16(FP), DCOL;   \
	MOVQ src+24(FP), SRC;       \
	MOVQ srcRow+32(FP), ROW;    \
	MOVQ srcCol+40(FP), COL;    \
	MOVQ c+48(FP), N;           \
	SHLQ $2, DROW;              \
	SHLQ $2, DCOL;              \
	SHLQ $2, ROW;               \
	SHLQ $2, COL;               \
	LEAQ (ROW)(ROW*2), ROW3;    \
	LEAQ (ROW)(ROW*4), ROW5;    \
	LEAQ (DCOL)(DCOL*2), DCOL3; \
	LEAQ (DCOL)(DCOL*4), DCOL5

// TRANSFORM runs STEP for all channels, VLEN bytes at a time, after CONSTANTS.
#define TRANSFORM(CONSTANTS, STEP) \
	ARGUMENTS;                     \
	CONSTANTS;                     \
loop:                              \
	STEP;                          \
	ADDQ $VLEN, SRC;               \
	ADDQ $VLEN, DST;               \
	SUBQ $(VLEN/4), N;             \
	JNE  loop

#define NO_CONSTANTS

// COLUMN_AFTER goes on to the next column.
#define COLUMN_AFTER(COLUMN, FIRST, SECOND) \
	ADDQ COL, Q;                            \
	COLUMN(FIRST, SECOND)

// COLUMNS makes two rows of the left result of as many columns as its name says,
// the first in V0, V1 and so on, and the second in the registers after those.

#define COLUMNS6(COLUMN)           \
	MOVQ SRC, Q;                   \
	COLUMN(V0, V6);                \
	COLUMN_AFTER(COLUMN, V1, V7);  \
	COLUMN_AFTER(COLUMN, V2, V8);  \
	COLUMN_AFTER(COLUMN, V3, V9);  \
	COLUMN_AFTER(COLUMN, V4, V10); \
	COLUMN_AFTER(COLUMN, V5, V11)

#define COLUMNS4(COLUMN)          \
	MOVQ SRC, Q;                  \
	COLUMN(V0, V4);               \
	COLUMN_AFTER(COLUMN, V1, V5); \
	COLUMN_AFTER(COLUMN, V2, V6); \
	COLUMN_AFTER(COLUMN, V3, V7)

#define COLUMNS3(COLUMN)          \
	MOVQ SRC, Q;                  \
	COLUMN(V0, V3);               \
	COLUMN_AFTER(COLUMN, V1, V4); \
	COLUMN_AFTER(COLUMN, V2, V5)

#define COLUMNS2(COLUMN) \
	MOVQ SRC, Q;         \
	COLUMN(V0, V2);      \
	COLUMN_AFTER(COLUMN, V1, V3)

// PAIR makes two rows of the result from the left product, a COLUMN macro, and the
// right one, a ROW macro.

#define PAIR6(LEFT, TO_FIRST, TO_SECOND, RIGHT) \
	COLUMNS6(LEFT);                             \
	TO_FIRST;                                   \
	RIGHT(V0, V1, V2, V3, V4, V5);              \
	TO_SECOND;                                  \
	RIGHT(V6, V7, V8, V9, V10, V11)

#define PAIR4(LEFT, TO_FIRST, TO_SECOND, RIGHT) \
	COLUMNS4(LEFT);                             \
	TO_FIRST;                                   \
	RIGHT(V0, V1, V2, V3);                      \
	TO_SECOND;                                  \
	RIGHT(V4, V5, V6, V7)

#define PAIR3(LEFT, TO_FIRST, TO_SECOND, RIGHT) \
	COLUMNS3(LEFT);                             \
	TO_FIRST;                                   \
	RIGHT(V0, V1, V2);                          \
	TO_SECOND;                                  \
	RIGHT(V3, V4, V5)

#define PAIR2(LEFT, TO_FIRST, TO_SECOND, RIGHT) \
	COLUMNS2(LEFT);                             \
	TO_FIRST;                                   \
	RIGHT(V0, V1);                              \
	TO_SECOND;                                  \
	RIGHT(V2, V3)

// Constants.
DATA winograd<>+0(SB)/4, $2.0
DATA winograd<>+4(SB)/4, $4.0
DATA winograd<>+8(SB)/4, $5.0
DATA winograd<>+12(SB)/4, $8.0
DATA winograd<>+16(SB)/4, $0.5
DATA winograd<>+20(SB)/4, $0.25
DATA winograd<>+24(SB)/4, $0x3e2aaaab // 1/6
DATA winograd<>+28(SB)/4, $0xbe2aaaab // -1/6
DATA winograd<>+32(SB)/4, $0x3daaaaab // 1/12
DATA winograd<>+36(SB)/4, $0x3d2aaaab // 1/24
DATA winograd<>+40(SB)/4, $0x80000000 // the sign bit
GLOBL winograd<>(SB), RODATA|NOPTR, $44

#define TWO          winograd<>+0(SB)
#define FOUR         winograd<>+4(SB)
#define FIVE         winograd<>+8(SB)
#define EIGHT        winograd<>+12(SB)
#define HALF         winograd<>+16(SB)
#define QUARTER      winograd<>+20(SB)
#define SIXTH        winograd<>+24(SB)
#define MINUSSIXTH   winograd<>+28(SB)
#define TWELFTH      winograd<>+32(SB)
#define TWENTYFOURTH winograd<>+36(SB)
#define SIGN         winograd<>+40(SB)
