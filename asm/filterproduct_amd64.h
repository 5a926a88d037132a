// Products of one tile by filters that are transformed on the way, for either width
// of vectors: VLEN bytes of channels of all points. The taps are copied next to one
// another first: in memory those of a channel lie so that few of them have room in the
// L1 cache at a time. Then they are gone through for each row of points, whose sums stay
// in vectors while k runs. Nothing of the transformed filters is stored.
//
// A COLUMN macro computes one row of G times a column of taps, a POINTS macro the row's
// points and adds them times the tile's to the sums. The order of the operations is that
// of the transforms, see winograd4_amd64.h.

#define FP_W0     AX // the rows of taps of input channel k
#define FP_W1     BX
#define FP_W2     DX
#define FP_COL    R15 // from a tap to the next, and from k to k
#define FP_NEXT   R9
#define FP_AHEAD  R10 // from the last row of taps to the last tap that will be read next

#define FP_K   CX
#define FP_T   DI // the copied taps of k
#define FP_V   SI // the tile's row of points; strides from point to point, and three and five times it
#define FP_VP  R10
#define FP_VP3 R11
#define FP_VP5 R12
#define FP_M   DX // the row of sums
#define FP_MP  R13
#define FP_MP3 AX
#define FP_MP5 BX
#define FP_PART R8 // where in a line the vector lies
#define FP_SOON R9 // a tap that will be read next

// FP_LINE is the bytes of channels that are copied of a tap.
#define FP_LINE 64

// FP_BLOCK is the most input channels that there is room for: filterDepth. The frames
// of the kernels follow from it.
#define FP_BLOCK 32

// TAPS sets FP_T to the first of the copied taps, at the beginning of a line.
#define TAPS                                     \
	LEAQ taps-(9*FP_BLOCK*FP_LINE+64)(SP), FP_T; \
	ADDQ $63, FP_T;                              \
	ANDQ $~63, FP_T

#define COPY_ROW(W, ROW)                                \
	COPY_LINE((W), 32(W), 3*ROW);                       \
	COPY_LINE((W)(FP_COL*1), 32(W)(FP_COL*1), 3*ROW+1); \
	COPY_LINE((W)(FP_COL*2), 32(W)(FP_COL*2), 3*ROW+2); \
	ADDQ FP_NEXT, W

#define COPY_TAPS                        \
	TAPS;                                \
	MOVQ w+32(FP), FP_W0;                \
	MOVQ tap+40(FP), FP_COL;             \
	MOVQ next+48(FP), FP_NEXT;           \
	MOVQ kc+56(FP), FP_K;                \
	MOVQ ahead+64(FP), FP_AHEAD;         \
	LEAQ (FP_COL)(FP_COL*2), FP_W2;      \
	LEAQ (FP_W0)(FP_W2*1), FP_W1;        \
	LEAQ (FP_W0)(FP_W2*2), FP_W2;        \
	LEAQ (FP_AHEAD)(FP_COL*2), FP_AHEAD; \
copy:                                    \
	PREFETCHT1 (FP_W2)(FP_AHEAD*1);      \
	COPY_ROW(FP_W0, 0);                  \
	COPY_ROW(FP_W1, 1);                  \
	COPY_ROW(FP_W2, 2);                  \
	ADDQ $(9*FP_LINE), FP_T;             \
	DECQ FP_K;                           \
	JNE  copy

// ADD_POINT adds POINT times the tile's, which V has, to SUM.
#define ADD_POINT(V, POINT, SUM) \
	VBROADCASTSS V, V5;          \
	VFMADD231PS  V5, POINT, SUM

#define FP_ARGUMENTS               \
	MOVQ m+0(FP), FP_M;            \
	ADDQ FP_PART, FP_M;            \
	MOVQ mPoint+8(FP), FP_MP;      \
	MOVQ v+16(FP), FP_V;           \
	MOVQ vPoint+24(FP), FP_VP;     \
	SHLQ $2, FP_MP;                \
	SHLQ $2, FP_VP;                \
	LEAQ (FP_VP)(FP_VP*2), FP_VP3; \
	LEAQ (FP_VP)(FP_VP*4), FP_VP5; \
	LEAQ (FP_MP)(FP_MP*2), FP_MP3; \
	LEAQ (FP_MP)(FP_MP*4), FP_MP5

// FP_PASS computes a row of sums that SUMS gives to DO, and goes on to the next. FETCH and
// FETCHED are these macros, or NONE once all taps of the next line are on their way.
#define FP_PASS(SUMS, COLUMN, POINTS, NEXT_ROW, FETCH, FETCHED, ZERO, BEGIN, LOOP) \
	CMPB accumulate+72(FP), $0;                                                    \
	JEQ  ZERO;                                                                     \
	SUMS(FP_LOAD);                                                                 \
	JMP  BEGIN;                                                                    \
ZERO:                                                                              \
	SUMS(FP_ZERO);                                                                 \
BEGIN:                                                                             \
	TAPS;                                                                          \
	ADDQ FP_PART, FP_T;                                                            \
	MOVQ kc+56(FP), FP_K;                                                          \
LOOP:                                                                              \
	FETCH;                                                                         \
	COLUMN(0, V0);                                                                 \
	COLUMN(1, V1);                                                                 \
	COLUMN(2, V2);                                                                 \
	POINTS;                                                                        \
	ADDQ $4, FP_V;                                                                 \
	ADDQ $(9*FP_LINE), FP_T;                                                       \
	DECQ FP_K;                                                                     \
	JNE  LOOP;                                                                     \
	SUMS(FP_STORE);                                                                \
	MOVQ kc+56(FP), FP_K;                                                          \
	NEGQ FP_K;                                                                     \
	LEAQ (FP_V)(FP_K*4), FP_V;                                                     \
	FETCHED;                                                                       \
	NEXT_ROW

// The taps of a column.
#define TAP0(COLUMN) (COLUMN*FP_LINE)(FP_T)
#define TAP1(COLUMN) ((3+COLUMN)*FP_LINE)(FP_T)
#define TAP2(COLUMN) ((6+COLUMN)*FP_LINE)(FP_T)

#define FP_LOAD(AT, SUM)  VMOVUPS AT, SUM
#define FP_STORE(AT, SUM) VMOVUPS SUM, AT
#define FP_ZERO(AT, SUM)  VXORPS SUM, SUM, SUM

// COLUMN_SUM and COLUMN_DIFFERENCE are the rows of G that both sizes have but for
// the scale, V14·(x0 + x2 ± x1), COLUMN_FIRST and COLUMN_LAST those that copy.

#define COLUMN_FIRST(Q, T) VMOVUPS TAP0(Q), T
#define COLUMN_LAST(Q, T)  VMOVUPS TAP2(Q), T

#define COLUMN_SUM(Q, T)   \
	VMOVUPS TAP0(Q), T;    \
	VADDPS  TAP2(Q), T, T; \
	VADDPS  TAP1(Q), T, T; \
	VMULPS  V14, T, T

#define COLUMN_DIFFERENCE(Q, T) \
	VMOVUPS TAP0(Q), T;         \
	VADDPS  TAP2(Q), T, T;      \
	VSUBPS  TAP1(Q), T, T;      \
	VMULPS  V14, T, T

// FETCH asks for some of the taps that will be read next, of input channel k, and FETCHED
// goes on to others of them. They come from memory while this line computes: asked for all
// at once, they wait for one another and the line for them. The copying asks for the last.

#define FETCH                    \
	FETCH_TAPS(FP_SOON, FP_COL); \
	ADDQ next+48(FP), FP_SOON

#define FETCHED              \
	IMULQ next+48(FP), FP_K; \
	ADDQ FP_K, FP_SOON;      \
	FETCHED_TAPS(FP_SOON, FP_COL)

#define NONE

// FILTER_PRODUCT copies the taps and computes the rows of sums, ROWS, for each vector of
// a line.
#define FILTER_PRODUCT(CONSTANTS, ROWS) \
	COPY_TAPS;                          \
	MOVQ w+32(FP), FP_SOON;             \
	ADDQ ahead+64(FP), FP_SOON;         \
	XORQ FP_PART, FP_PART;              \
part:                                   \
	FP_ARGUMENTS;                       \
	CONSTANTS;                          \
	ROWS;                               \
	ADDQ $VLEN, FP_PART;                \
	CMPQ FP_PART, $FP_LINE;             \
	JNE  part

// F(4×4,3×3): the sums are in V6 to V10 and V13.

#define SUMS4(DO)             \
	DO((FP_M), V6);           \
	DO((FP_M)(FP_MP*1), V7);  \
	DO((FP_M)(FP_MP*2), V8);  \
	DO((FP_M)(FP_MP3*1), V9); \
	DO((FP_M)(FP_MP*4), V10); \
	DO((FP_M)(FP_MP5*1), V13)

#define NEXT_ROW4                \
	LEAQ (FP_V)(FP_VP3*2), FP_V; \
	LEAQ (FP_M)(FP_MP3*2), FP_M

// ¼ in every place, for there is no register left.
DATA quarters<>+0(SB)/8, $0x3e8000003e800000
DATA quarters<>+8(SB)/8, $0x3e8000003e800000
DATA quarters<>+16(SB)/8, $0x3e8000003e800000
DATA quarters<>+24(SB)/8, $0x3e8000003e800000
DATA quarters<>+32(SB)/8, $0x3e8000003e800000
DATA quarters<>+40(SB)/8, $0x3e8000003e800000
DATA quarters<>+48(SB)/8, $0x3e8000003e800000
DATA quarters<>+56(SB)/8, $0x3e8000003e800000
GLOBL quarters<>(SB), RODATA|NOPTR, $64

#define PRODUCT4_CONSTANTS        \
	VBROADCASTSS TWO, V11;        \
	VBROADCASTSS FOUR, V12;       \
	VBROADCASTSS MINUSSIXTH, V14; \
	VBROADCASTSS TWENTYFOURTH, V15

// The rows of G: ¼x0, −⅙(x0 + x2 ± x1), 1/24 (x0 + 4x2 ± 2x1), x2.

#define PRODUCT4_COLUMN0(Q, T) \
	VMOVUPS TAP0(Q), T;        \
	VMULPS  quarters<>(SB), T, T

#define PRODUCT4_COLUMN3(Q, T)   \
	VMOVUPS     TAP0(Q), T;      \
	VFMADD231PS TAP2(Q), V12, T; \
	VFMADD231PS TAP1(Q), V11, T; \
	VMULPS      V15, T, T

#define PRODUCT4_COLUMN4(Q, T)    \
	VMOVUPS      TAP0(Q), T;      \
	VFMADD231PS  TAP2(Q), V12, T; \
	VFNMADD231PS TAP1(Q), V11, T; \
	VMULPS       V15, T, T

#define PRODUCT4_POINTS                  \
	VMULPS       quarters<>(SB), V0, V4; \
	ADD_POINT((FP_V), V4, V6);           \
	VADDPS       V2, V0, V3;             \
	VADDPS       V1, V3, V4;             \
	VMULPS       V14, V4, V4;            \
	ADD_POINT((FP_V)(FP_VP*1), V4, V7);  \
	VSUBPS       V1, V3, V4;             \
	VMULPS       V14, V4, V4;            \
	ADD_POINT((FP_V)(FP_VP*2), V4, V8);  \
	VFMADD231PS  V2, V12, V0;            \
	VMOVAPS      V0, V4;                 \
	VFMADD231PS  V1, V11, V4;            \
	VMULPS       V15, V4, V4;            \
	ADD_POINT((FP_V)(FP_VP3*1), V4, V9); \
	VFNMADD231PS V1, V11, V0;            \
	VMULPS       V15, V0, V0;            \
	ADD_POINT((FP_V)(FP_VP*4), V0, V10); \
	ADD_POINT((FP_V)(FP_VP5*1), V2, V13)

#define ROWS4                                                                                           \
	FP_PASS(SUMS4, PRODUCT4_COLUMN0, PRODUCT4_POINTS, NEXT_ROW4, FETCH, FETCHED, zero0, begin0, row0);  \
	FP_PASS(SUMS4, COLUMN_SUM, PRODUCT4_POINTS, NEXT_ROW4, FETCH, FETCHED, zero1, begin1, row1);        \
	FP_PASS(SUMS4, COLUMN_DIFFERENCE, PRODUCT4_POINTS, NEXT_ROW4, FETCH, FETCHED, zero2, begin2, row2); \
	FP_PASS(SUMS4, PRODUCT4_COLUMN3, PRODUCT4_POINTS, NEXT_ROW4, FETCH, FETCHED, zero3, begin3, row3);  \
	FP_PASS(SUMS4, PRODUCT4_COLUMN4, PRODUCT4_POINTS, NEXT_ROW4, NONE, NONE, zero4, begin4, row4);      \
	FP_PASS(SUMS4, COLUMN_LAST, PRODUCT4_POINTS, NEXT_ROW4, NONE, NONE, zero5, begin5, row5)

// F(2×2,3×3): the sums are in V6 to V9.

#define SUMS2(DO)            \
	DO((FP_M), V6);          \
	DO((FP_M)(FP_MP*1), V7); \
	DO((FP_M)(FP_MP*2), V8); \
	DO((FP_M)(FP_MP3*1), V9)

#define NEXT_ROW2               \
	LEAQ (FP_V)(FP_VP*4), FP_V; \
	LEAQ (FP_M)(FP_MP*4), FP_M

#define PRODUCT2_CONSTANTS VBROADCASTSS HALF, V14

// The rows of G: x0, ½(x0 + x2 ± x1), x2.

#define PRODUCT2_POINTS                 \
	ADD_POINT((FP_V), V0, V6);          \
	VADDPS V2, V0, V3;                  \
	VADDPS V1, V3, V4;                  \
	VMULPS V14, V4, V4;                 \
	ADD_POINT((FP_V)(FP_VP*1), V4, V7); \
	VSUBPS V1, V3, V4;                  \
	VMULPS V14, V4, V4;                 \
	ADD_POINT((FP_V)(FP_VP*2), V4, V8); \
	ADD_POINT((FP_V)(FP_VP3*1), V2, V9)

#define ROWS2                                                                                           \
	FP_PASS(SUMS2, COLUMN_FIRST, PRODUCT2_POINTS, NEXT_ROW2, FETCH, FETCHED, zero0, begin0, row0);      \
	FP_PASS(SUMS2, COLUMN_SUM, PRODUCT2_POINTS, NEXT_ROW2, FETCH, FETCHED, zero1, begin1, row1);        \
	FP_PASS(SUMS2, COLUMN_DIFFERENCE, PRODUCT2_POINTS, NEXT_ROW2, FETCH, FETCHED, zero2, begin2, row2); \
	FP_PASS(SUMS2, COLUMN_LAST, PRODUCT2_POINTS, NEXT_ROW2, FETCH, FETCHED, zero3, begin3, row3)
