// The kernels of depthwise convolutions for either width of vectors; the arguments
// are those of generic_depthwise.go. Pointers move on with the channels.

#define C     AX  // bytes of a pixel of dst, or of dy
#define NEXT  BX  // bytes from a pixel of x to the next
#define NEXT3 CX
#define LEFT  DX  // bytes of channels that are left
#define X     SI
#define W     DI  // weights, or dy
#define DST   R8
#define START R9
#define ARGS  R10 // the arguments; the W of a tap
#define COUNT R11 // taps or pixels that are left
#define TAP   R12 // a tap, or a pixel of dy
#define AT    R13 // what it reads of x

// TAKE takes over a pointer, from channel LEFT on.
#define TAKE(FIELD, TO)   \
	MOVQ FIELD(ARGS), TO; \
	LEAQ (TO)(LEFT*4), TO

#define ARGUMENTS                         \
	MOVQ a+0(FP), ARGS;                   \
	MOVQ depthwiseArgs_first(ARGS), LEFT; \
	TAKE(depthwiseArgs_dst, DST);         \
	TAKE(depthwiseArgs_x, X);             \
	TAKE(depthwiseArgs_w, W);             \
	TAKE(depthwiseArgs_start, START);     \
	MOVQ depthwiseArgs_next(ARGS), NEXT;  \
	MOVQ depthwiseArgs_c(ARGS), C;        \
	MOVQ depthwiseArgs_whole(ARGS), LEFT; \
	SHLQ $2, NEXT;                        \
	SHLQ $2, C;                           \
	SHLQ $2, LEFT;                        \
	LEAQ (NEXT)(NEXT*2), NEXT3

// EACH_TAP runs STEP for all taps of all vectors of channels: V4 is the weights and AT
// points to the first pixel. V0 begins as the start, which SPREAD copies, and STORE
// writes the sums.
#define EACH_TAP(SPREAD, STEP, STORE)         \
	ARGUMENTS;                                \
vector:                                       \
	MOVQ    a+0(FP), ARGS;                    \
	MOVQ    depthwiseArgs_count(ARGS), COUNT; \
	MOVQ    depthwiseArgs_taps(ARGS), TAP;    \
	VMOVUPS (START), V0;                      \
	SPREAD;                                   \
	TESTQ   COUNT, COUNT;                     \
	JEQ     store;                            \
tap:                                          \
	MOVQ    Tap_X(TAP), AT;                   \
	MOVQ    Tap_W(TAP), ARGS;                 \
	LEAQ    (X)(AT*4), AT;                    \
	VMOVUPS (W)(ARGS*4), V4;                  \
	STEP;                                     \
	ADDQ    $Tap__size, TAP;                  \
	DECQ    COUNT;                            \
	JNE     tap;                              \
store:                                        \
	STORE;                                    \
	ADDQ    $VLEN, X;                         \
	ADDQ    $VLEN, W;                         \
	ADDQ    $VLEN, DST;                       \
	ADDQ    $VLEN, START;                     \
	SUBQ    $VLEN, LEFT;                      \
	JNE     vector

#define PIXEL_SPREAD
#define PIXEL_STEP   VFMADD231PS (AT), V4, V0
#define PIXEL_STORE  VMOVUPS V0, (DST)

#define RUN_SPREAD  \
	VMOVAPS V0, V1; \
	VMOVAPS V0, V2; \
	VMOVAPS V0, V3

#define RUN_STEP                      \
	VFMADD231PS (AT), V4, V0;         \
	VFMADD231PS (AT)(NEXT*1), V4, V1; \
	VFMADD231PS (AT)(NEXT*2), V4, V2; \
	VFMADD231PS (AT)(NEXT3*1), V4, V3

#define RUN_STORE           \
	LEAQ    (DST)(C*2), AT; \
	VMOVUPS V0, (DST);      \
	VMOVUPS V1, (DST)(C*1); \
	VMOVUPS V2, (AT);       \
	VMOVUPS V3, (AT)(C*1)

// DEPTHWISEGRAD adds up four vectors of channels at a time, then one: a chain of sums
// alone waits for its own latency.
#define DEPTHWISEGRAD                           \
	ARGUMENTS;                                  \
	JMP         next;                           \
four:                                           \
	VXORPS      V0, V0, V0;                     \
	VXORPS      V1, V1, V1;                     \
	VXORPS      V2, V2, V2;                     \
	VXORPS      V3, V3, V3;                     \
pixel4:                                         \
	VMOVUPS     (TAP), V4;                      \
	VMOVUPS     VLEN(TAP), V5;                  \
	VMOVUPS     (2*VLEN)(TAP), V6;              \
	VMOVUPS     (3*VLEN)(TAP), V7;              \
	VFMADD231PS (AT), V4, V0;                   \
	VFMADD231PS VLEN(AT), V5, V1;               \
	VFMADD231PS (2*VLEN)(AT), V6, V2;           \
	VFMADD231PS (3*VLEN)(AT), V7, V3;           \
	ADDQ        C, TAP;                         \
	ADDQ        NEXT, AT;                       \
	DECQ        COUNT;                          \
	JNE         pixel4;                         \
	VADDPS      (DST), V0, V0;                  \
	VADDPS      VLEN(DST), V1, V1;              \
	VADDPS      (2*VLEN)(DST), V2, V2;          \
	VADDPS      (3*VLEN)(DST), V3, V3;          \
	VMOVUPS     V0, (DST);                      \
	VMOVUPS     V1, VLEN(DST);                  \
	VMOVUPS     V2, (2*VLEN)(DST);              \
	VMOVUPS     V3, (3*VLEN)(DST);              \
	ADDQ        $(4*VLEN), X;                   \
	ADDQ        $(4*VLEN), W;                   \
	ADDQ        $(4*VLEN), DST;                 \
	SUBQ        $(4*VLEN), LEFT;                \
next:                                           \
	MOVQ        a+0(FP), ARGS;                  \
	MOVQ        depthwiseArgs_count(ARGS), COUNT; \
	MOVQ        W, TAP;                         \
	MOVQ        X, AT;                          \
	CMPQ        LEFT, $(4*VLEN);                \
	JGE         four;                           \
	TESTQ       LEFT, LEFT;                     \
	JEQ         done;                           \
	VXORPS      V0, V0, V0;                     \
pixel1:                                         \
	VMOVUPS     (TAP), V4;                      \
	VFMADD231PS (AT), V4, V0;                   \
	ADDQ        C, TAP;                         \
	ADDQ        NEXT, AT;                       \
	DECQ        COUNT;                          \
	JNE         pixel1;                         \
	VADDPS      (DST), V0, V0;                  \
	VMOVUPS     V0, (DST);                      \
	ADDQ        $VLEN, X;                       \
	ADDQ        $VLEN, W;                       \
	ADDQ        $VLEN, DST;                     \
	SUBQ        $VLEN, LEFT;                    \
	JMP         next;                           \
done:
