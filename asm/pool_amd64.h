// 2×2 max pooling for either width of vectors; the arguments are those of
// generic_pool.go, and a row of rows_amd64.h is a pooled pixel.

#define X0  X
#define X1  P1
#define Y   P2
#define DX0 DST
#define DX1 P3
#define J   P5 // what I is, in the right pixel of a pair

// EACH_PIXEL runs STEP over the vectors of all pooled pixels, ADVANCE after
// each pixel.
#define EACH_PIXEL(STEP, ADVANCE) \
	ARGUMENTS;                    \
pixel:                            \
	XORQ I, I;                    \
	MOVQ C, J;                    \
vector:                           \
	STEP;                         \
	ADDQ $VLEN, I;                \
	ADDQ $VLEN, J;                \
	CMPQ I, WHOLE;                \
	JLT  vector;                  \
	ADVANCE;                      \
	DECQ ROWS;                    \
	JNE  pixel

#define ADVANCE_POOL    \
	LEAQ (X0)(C*2), X0; \
	LEAQ (X1)(C*2), X1; \
	ADDQ C, Y

#define ADVANCE_POOLGRAD  \
	ADVANCE_POOL;         \
	LEAQ (DX0)(C*2), DX0; \
	LEAQ (DX1)(C*2), DX1; \
	ADDQ C, DY

#define POOL                                    \
	VMOVUPS (X0)(I*1), V0;                      \
	VMOVUPS (X1)(I*1), V1;                      \
	MAX4(V0, (X0)(J*1), V1, (X1)(J*1), V2, V3); \
	VMOVUPS V0, (Y)(I*1)

// SEND gives what is left of dy, in V1, to PLACE where it equals y, in V0.
#define SEND(PLACE, GRADIENT)      \
	KEEP_EQUAL(PLACE, V0, V1, V2); \
	VMOVUPS V2, GRADIENT;          \
	VXORPS  V2, V1, V1

// POOLGRAD has some of dy left where y is NaN, and POOLGRAD_NAN takes that.
#define POOLGRAD                 \
	VMOVUPS (Y)(I*1), V0;        \
	VMOVUPS (DY)(I*1), V1;       \
	SEND((X0)(I*1), (DX0)(I*1)); \
	SEND((X0)(J*1), (DX0)(J*1)); \
	SEND((X1)(I*1), (DX1)(I*1)); \
	SEND((X1)(J*1), (DX1)(J*1)); \
	JUMP_IF_ANY(V1, nan);        \
sent:

// SEND_NAN gives what is left of dy, in V1, to PLACE where it is NaN. There
// GRADIENT is 0.
#define SEND_NAN(PLACE, GRADIENT) \
	VMOVUPS PLACE, V0;            \
	KEEP_EQUAL(V0, V0, V1, V2);   \
	VXORPS  V2, V1, V1;           \
	VORPS   GRADIENT, V1, V1;     \
	VMOVUPS V1, GRADIENT;         \
	VMOVAPS V2, V1

#define POOLGRAD_NAN                 \
nan:                                 \
	SEND_NAN((X1)(J*1), (DX1)(J*1)); \
	SEND_NAN((X1)(I*1), (DX1)(I*1)); \
	SEND_NAN((X0)(J*1), (DX0)(J*1)); \
	SEND_NAN((X0)(I*1), (DX0)(I*1)); \
	JMP sent
