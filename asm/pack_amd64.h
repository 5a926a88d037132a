// The loop of PackRow for either width of vectors: V0 is the register, VLEN its
// bytes.

#define DST   DI
#define SRC   SI
#define PANEL R8  // bytes from panel to panel
#define WIDTH R9  // bytes of a row of a panel, a multiple of VLEN
#define N     R10 // panels left
#define AT    R11
#define LEFT  CX

#define PACK               \
	MOVQ dst+0(FP), DST;   \
	MOVQ panel+8(FP), PANEL; \
	MOVQ width+16(FP), WIDTH; \
	MOVQ src+24(FP), SRC;  \
	MOVQ n+32(FP), N;      \
	SHLQ $2, PANEL;        \
	SHLQ $2, WIDTH;        \
panel:                     \
	MOVQ DST, AT;          \
	MOVQ WIDTH, LEFT;      \
vector:                    \
	VMOVUPS (SRC), V0;     \
	VMOVUPS V0, (AT);      \
	ADDQ $VLEN, SRC;       \
	ADDQ $VLEN, AT;        \
	SUBQ $VLEN, LEFT;      \
	JNE  vector;           \
	ADDQ PANEL, DST;       \
	DECQ N;                \
	JNE  panel
