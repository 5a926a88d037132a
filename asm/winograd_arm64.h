// What the transforms of both tile sizes share. General registers are known by
// their numbers.
//
// A transform works on four channels of all elements at a time. The left
// product is computed column by column of the source, Q pointing to the column's
// first element, and its result stays in registers: element (i, j) of r×n ones in
// V(i·n+j). The right product is then computed from its rows, OUT pointing to the
// first element of each in the destination.

#define SRC   0
#define ROW   1  // source strides: from row to row, and multiples of it
#define ROW2  2
#define ROW3  3
#define ROW4  4
#define ROW5  5
#define COL   6  // from column to column
#define Q     7
#define DST   8
#define DROW  9  // destination strides
#define DCOL  10
#define DCOL2 11
#define DCOL3 12
#define DCOL4 13
#define DCOL5 14
#define OUT   15
#define N     19 // channels left
#define BIAS  20

// Loads of the elements of a column of the source.
#define S0(V) FMOVQ 0(R(Q)), F(V)
#define S1(V) VLDR_Q(ROW, Q, V)
#define S2(V) VLDR_Q(ROW2, Q, V)
#define S3(V) VLDR_Q(ROW3, Q, V)
#define S4(V) VLDR_Q(ROW4, Q, V)
#define S5(V) VLDR_Q(ROW5, Q, V)

// LOAD4 and LOAD6 load a whole column to V24 and those after it.
#define LOAD4 S0(24); S1(25); S2(26); S3(27)
#define LOAD6 LOAD4; S4(28); S5(29)

// Stores of the elements of a row of the destination.
#define D0(V) FMOVQ F(V), 0(R(OUT))
#define D1(V) VSTR_Q(DCOL, OUT, V)
#define D2(V) VSTR_Q(DCOL2, OUT, V)
#define D3(V) VSTR_Q(DCOL3, OUT, V)
#define D4(V) VSTR_Q(DCOL4, OUT, V)
#define D5(V) VSTR_Q(DCOL5, OUT, V)

// STORE4 stores V24 to V27 as a whole row.
#define STORE4 D0(24); D1(25); D2(26); D3(27)

// A COLUMN macro ends with NEXT_COLUMN, a ROW macro with NEXT_ROW.
#define FIRST_COLUMN MOVD R(SRC), R(Q)
#define NEXT_COLUMN  ADD R(COL), R(Q)
#define FIRST_ROW    MOVD R(DST), R(OUT)
#define NEXT_ROW     ADD R(DROW), R(OUT)

// ARGUMENTS takes over the arguments that all transforms share.
#define ARGUMENTS                     \
	MOVD dst+0(FP), R(DST);           \
	MOVD dstRow+8(FP), R(DROW);       \
	MOVD dstCol+16(FP), R(DCOL);      \
	MOVD src+24(FP), R(SRC);          \
	MOVD srcRow+32(FP), R(ROW);       \
	MOVD srcCol+40(FP), R(COL);       \
	MOVD c+48(FP), R(N);              \
	LSL  $2, R(DROW);                 \
	LSL  $2, R(DCOL);                 \
	LSL  $2, R(ROW);                  \
	LSL  $2, R(COL);                  \
	LSL  $1, R(ROW), R(ROW2);         \
	ADD  R(ROW), R(ROW2), R(ROW3);    \
	LSL  $2, R(ROW), R(ROW4);         \
	ADD  R(ROW), R(ROW4), R(ROW5);    \
	LSL  $1, R(DCOL), R(DCOL2);       \
	ADD  R(DCOL), R(DCOL2), R(DCOL3); \
	LSL  $2, R(DCOL), R(DCOL4);       \
	ADD  R(DCOL), R(DCOL4), R(DCOL5)

// NEXT goes on to the next channels.
#define NEXT          \
	ADD  $16, R(SRC); \
	ADD  $16, R(DST); \
	SUBS $4, R(N)
