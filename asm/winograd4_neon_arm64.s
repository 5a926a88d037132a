//go:build !purego

#include "textflag.h"
#include "neon_arm64.h"
#include "winograd_arm64.h"

// The transforms of F(4×4,3×3). Each is one macro of registers, X the input and
// Y the output, for both products; the comment above it gives what it computes of
// x0..x5, and generic_winograd.go the order of the operations.

DATA winograd4<>+0(SB)/4, $2.0
DATA winograd4<>+4(SB)/4, $4.0
DATA winograd4<>+8(SB)/4, $5.0
DATA winograd4<>+12(SB)/4, $8.0
DATA winograd4<>+16(SB)/4, $0.25
DATA winograd4<>+20(SB)/4, $0xbe2aaaab // -1/6
DATA winograd4<>+24(SB)/4, $0x3daaaaab // 1/12
DATA winograd4<>+28(SB)/4, $0x3d2aaaab // 1/24
GLOBL winograd4<>(SB), RODATA|NOPTR, $32

// The constants are the elements of V30 and V31.
#define CONSTANTS               \
	MOVD $winograd4<>(SB), R21; \
	VLD1 (R21), [V30.S4, V31.S4]

#define PLUS2(X, D)         VFMLA_LANE(30, 0, X, D)
#define MINUS2(X, D)        VFMLS_LANE(30, 0, X, D)
#define PLUS4(X, D)         VFMLA_LANE(30, 1, X, D)
#define MINUS4(X, D)        VFMLS_LANE(30, 1, X, D)
#define MINUS5(X, D)        VFMLS_LANE(30, 2, X, D)
#define PLUS8(X, D)         VFMLA_LANE(30, 3, X, D)
#define TIMES4TH(X, D)      VFMUL_LANE(31, 0, X, D)
#define TIMESMINUS6TH(X, D) VFMUL_LANE(31, 1, X, D)
#define PLUS6TH(X, D)       VFMLS_LANE(31, 1, X, D)
#define TIMES12TH(X, D)     VFMUL_LANE(31, 2, X, D)
#define TIMES24TH(X, D)     VFMUL_LANE(31, 3, X, D)
#define PLUS24TH(X, D)      VFMLA_LANE(31, 3, X, D)

// The input's 6×6 results do not fit: the rows 1 to 4 come first, then 0 and 5.

// Rows 1 to 4 of Bᵀ: (x4 − 4x2) ± (x3 − 4x1), (x4 − x2) ± 2(x3 − x1). X3 is used
// up.
#define INPUT1234(X1, X2, X3, X4, Y1, Y2, Y3, Y4) \
	VMOV_B16(X4, Y1);                             \
	MINUS4(X2, Y1);                               \
	VMOV_B16(X3, Y3);                             \
	MINUS4(X1, Y3);                               \
	VFSUB_S4(Y3, Y1, Y2);                         \
	VFADD_S4(Y3, Y1, Y1);                         \
	VFSUB_S4(X2, X4, Y4);                         \
	VFSUB_S4(X1, X3, X3);                         \
	VMOV_B16(Y4, Y3);                             \
	PLUS2(X3, Y3);                                \
	MINUS2(X3, Y4)

// Rows 0 and 5 of Bᵀ: 4x0 − 5x2 + x4, 4x1 − 5x3 + x5. Y5 ends in X5.
#define INPUT05(X0, X1, X2, X3, X4, X5, Y0) \
	VMOV_B16(X4, Y0);                       \
	MINUS5(X2, Y0);                         \
	PLUS4(X0, Y0);                          \
	MINUS5(X3, X5);                         \
	PLUS4(X1, X5)

#define INPUT_COLUMN1234(Y1, Y2, Y3, Y4)       \
	S1(24);                                    \
	S2(25);                                    \
	S3(26);                                    \
	S4(27);                                    \
	INPUT1234(24, 25, 26, 27, Y1, Y2, Y3, Y4); \
	NEXT_COLUMN

#define INPUT_COLUMN05(Y0, Y5)           \
	LOAD4;                               \
	S4(28);                              \
	S5(Y5);                              \
	INPUT05(24, 25, 26, 27, 28, Y5, Y0); \
	NEXT_COLUMN

#define INPUT_ROW(X0, X1, X2, X3, X4, X5)      \
	INPUT05(X0, X1, X2, X3, X4, X5, 24);       \
	D0(24);                                    \
	D5(X5);                                    \
	INPUT1234(X1, X2, X3, X4, 25, 26, 27, 28); \
	D1(25);                                    \
	D2(26);                                    \
	D3(27);                                    \
	D4(28);                                    \
	NEXT_ROW

// func winograd4InputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4InputNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	CONSTANTS

loop:
	FIRST_COLUMN
	INPUT_COLUMN1234(0, 6, 12, 18)
	INPUT_COLUMN1234(1, 7, 13, 19)
	INPUT_COLUMN1234(2, 8, 14, 20)
	INPUT_COLUMN1234(3, 9, 15, 21)
	INPUT_COLUMN1234(4, 10, 16, 22)
	INPUT_COLUMN1234(5, 11, 17, 23)
	FIRST_ROW
	NEXT_ROW
	INPUT_ROW(0, 1, 2, 3, 4, 5)
	INPUT_ROW(6, 7, 8, 9, 10, 11)
	INPUT_ROW(12, 13, 14, 15, 16, 17)
	INPUT_ROW(18, 19, 20, 21, 22, 23)

	FIRST_COLUMN
	INPUT_COLUMN05(0, 6)
	INPUT_COLUMN05(1, 7)
	INPUT_COLUMN05(2, 8)
	INPUT_COLUMN05(3, 9)
	INPUT_COLUMN05(4, 10)
	INPUT_COLUMN05(5, 11)
	INPUT_ROW(6, 7, 8, 9, 10, 11)
	FIRST_ROW
	INPUT_ROW(0, 1, 2, 3, 4, 5)
	NEXT
	BNE loop
	RET

// G: ¼x0, −⅙(x0 + x2 ± x1), 1/24 (x0 + 4x2 ± 2x1), x2. X0 is used up; Y5 is X2.
#define FILTER(X0, X1, X2, Y0, Y1, Y2, Y3, Y4) \
	TIMES4TH(X0, Y0);                          \
	VFADD_S4(X2, X0, Y4);                      \
	VFADD_S4(X1, Y4, Y1);                      \
	VFSUB_S4(X1, Y4, Y2);                      \
	TIMESMINUS6TH(Y1, Y1);                     \
	TIMESMINUS6TH(Y2, Y2);                     \
	PLUS4(X2, X0);                             \
	VMOV_B16(X0, Y3);                          \
	PLUS2(X1, Y3);                             \
	MINUS2(X1, X0);                            \
	TIMES24TH(Y3, Y3);                         \
	TIMES24TH(X0, Y4)

#define FILTER_COLUMN(Y0, Y1, Y2, Y3, Y4, Y5) \
	S0(24);                                   \
	S1(25);                                   \
	S2(Y5);                                   \
	FILTER(24, 25, Y5, Y0, Y1, Y2, Y3, Y4);   \
	NEXT_COLUMN

#define FILTER_ROW(X0, X1, X2)              \
	FILTER(X0, X1, X2, 24, 25, 26, 27, 28); \
	STORE4;                                 \
	D4(28);                                 \
	D5(X2);                                 \
	NEXT_ROW

// func winograd4FilterNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	CONSTANTS

loop:
	FIRST_COLUMN
	FILTER_COLUMN(0, 3, 6, 9, 12, 15)
	FILTER_COLUMN(1, 4, 7, 10, 13, 16)
	FILTER_COLUMN(2, 5, 8, 11, 14, 17)
	FIRST_ROW
	FILTER_ROW(0, 1, 2)
	FILTER_ROW(3, 4, 5)
	FILTER_ROW(6, 7, 8)
	FILTER_ROW(9, 10, 11)
	FILTER_ROW(12, 13, 14)
	FILTER_ROW(15, 16, 17)
	NEXT
	BNE loop
	RET

// Aᵀ: x0 + (x1 + x2) + (x3 + x4), (x1 − x2) + 2(x3 − x4), (x1 + x2) + 4(x3 + x4),
// (x1 − x2) + 8(x3 − x4) + x5. X4 is used up.
#define OUTPUT(X0, X1, X2, X3, X4, X5, Y0, Y1, Y2, Y3) \
	VFADD_S4(X2, X1, Y2);                              \
	VFSUB_S4(X2, X1, Y3);                              \
	VFADD_S4(X4, X3, Y1);                              \
	VFSUB_S4(X4, X3, X4);                              \
	VFADD_S4(Y2, X0, Y0);                              \
	VFADD_S4(Y1, Y0, Y0);                              \
	PLUS4(Y1, Y2);                                     \
	VMOV_B16(Y3, Y1);                                  \
	PLUS2(X4, Y1);                                     \
	PLUS8(X4, Y3);                                     \
	VFADD_S4(X5, Y3, Y3)

#define OUTPUT_COLUMN(Y0, Y1, Y2, Y3)               \
	LOAD6;                                          \
	OUTPUT(24, 25, 26, 27, 28, 29, Y0, Y1, Y2, Y3); \
	NEXT_COLUMN

// V28 is the bias.
#define OUTPUT_ROW(X0, X1, X2, X3, X4, X5)          \
	OUTPUT(X0, X1, X2, X3, X4, X5, 24, 25, 26, 27); \
	VFADD_S4(28, 24, 24);                           \
	VFADD_S4(28, 25, 25);                           \
	VFADD_S4(28, 26, 26);                           \
	VFADD_S4(28, 27, 27);                           \
	STORE4;                                         \
	NEXT_ROW

// func winograd4OutputNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int, bias *float32)
TEXT ·winograd4OutputNEON(SB), NOSPLIT, $0-64
	ARGUMENTS
	MOVD bias+56(FP), R(BIAS)
	CONSTANTS

loop:
	FIRST_COLUMN
	OUTPUT_COLUMN(0, 6, 12, 18)
	OUTPUT_COLUMN(1, 7, 13, 19)
	OUTPUT_COLUMN(2, 8, 14, 20)
	OUTPUT_COLUMN(3, 9, 15, 21)
	OUTPUT_COLUMN(4, 10, 16, 22)
	OUTPUT_COLUMN(5, 11, 17, 23)
	FMOVQ.P 16(R(BIAS)), F28
	FIRST_ROW
	OUTPUT_ROW(0, 1, 2, 3, 4, 5)
	OUTPUT_ROW(6, 7, 8, 9, 10, 11)
	OUTPUT_ROW(12, 13, 14, 15, 16, 17)
	OUTPUT_ROW(18, 19, 20, 21, 22, 23)
	NEXT
	BNE loop
	RET

// A: x0, (x0 + x2) ± (x1 + x3), (x0 + 4x2) ± 2(x1 + 4x3), x3. X1 is used up; Y0 is
// X0 and Y5 is X3.
#define OUTPUTGRAD(X0, X1, X2, X3, Y1, Y2, Y3, Y4) \
	VFADD_S4(X2, X0, Y3);                          \
	VFADD_S4(X3, X1, Y4);                          \
	VFADD_S4(Y4, Y3, Y1);                          \
	VFSUB_S4(Y4, Y3, Y2);                          \
	VMOV_B16(X0, Y3);                              \
	PLUS4(X2, Y3);                                 \
	PLUS4(X3, X1);                                 \
	VMOV_B16(Y3, Y4);                              \
	PLUS2(X1, Y3);                                 \
	MINUS2(X1, Y4)

#define OUTPUTGRAD_COLUMN(Y0, Y1, Y2, Y3, Y4, Y5) \
	S0(Y0);                                       \
	S1(24);                                       \
	S2(25);                                       \
	S3(Y5);                                       \
	OUTPUTGRAD(Y0, 24, 25, Y5, Y1, Y2, Y3, Y4);   \
	NEXT_COLUMN

#define OUTPUTGRAD_ROW(X0, X1, X2, X3)          \
	OUTPUTGRAD(X0, X1, X2, X3, 24, 25, 26, 27); \
	D0(X0);                                     \
	D1(24);                                     \
	D2(25);                                     \
	D3(26);                                     \
	D4(27);                                     \
	D5(X3);                                     \
	NEXT_ROW

// func winograd4OutputGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4OutputGradNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	CONSTANTS

loop:
	FIRST_COLUMN
	OUTPUTGRAD_COLUMN(0, 4, 8, 12, 16, 20)
	OUTPUTGRAD_COLUMN(1, 5, 9, 13, 17, 21)
	OUTPUTGRAD_COLUMN(2, 6, 10, 14, 18, 22)
	OUTPUTGRAD_COLUMN(3, 7, 11, 15, 19, 23)
	FIRST_ROW
	OUTPUTGRAD_ROW(0, 1, 2, 3)
	OUTPUTGRAD_ROW(4, 5, 6, 7)
	OUTPUTGRAD_ROW(8, 9, 10, 11)
	OUTPUTGRAD_ROW(12, 13, 14, 15)
	OUTPUTGRAD_ROW(16, 17, 18, 19)
	OUTPUTGRAD_ROW(20, 21, 22, 23)
	NEXT
	BNE loop
	RET

// Gᵀ: ¼x0 + 1/24 (x3 + x4 − 4(x1 + x2)), 1/12 (2(x2 − x1) + (x3 − x4)),
// x5 + ⅙(x3 + x4 − (x1 + x2)). X1, X2 and X3 are used up; Y2 ends in X5.
#define FILTERGRAD(X0, X1, X2, X3, X4, X5, Y0, Y1) \
	VFADD_S4(X2, X1, Y0);                          \
	VFSUB_S4(X1, X2, Y1);                          \
	VFADD_S4(X4, X3, X1);                          \
	VFSUB_S4(X4, X3, X2);                          \
	PLUS2(Y1, X2);                                 \
	TIMES12TH(X2, Y1);                             \
	VFSUB_S4(Y0, X1, X3);                          \
	PLUS6TH(X3, X5);                               \
	MINUS4(Y0, X1);                                \
	TIMES4TH(X0, Y0);                              \
	PLUS24TH(X1, Y0)

#define FILTERGRAD_COLUMN(Y0, Y1, Y2)           \
	LOAD4;                                      \
	S4(28);                                     \
	S5(Y2);                                     \
	FILTERGRAD(24, 25, 26, 27, 28, Y2, Y0, Y1); \
	NEXT_COLUMN

#define FILTERGRAD_ROW(X0, X1, X2, X3, X4, X5)  \
	FILTERGRAD(X0, X1, X2, X3, X4, X5, 24, 25); \
	D0(24);                                     \
	D1(25);                                     \
	D2(X5);                                     \
	NEXT_ROW

// func winograd4FilterGradNEON(dst *float32, dstRow, dstCol int, src *float32, srcRow, srcCol int, c int)
TEXT ·winograd4FilterGradNEON(SB), NOSPLIT, $0-56
	ARGUMENTS
	CONSTANTS

loop:
	FIRST_COLUMN
	FILTERGRAD_COLUMN(0, 6, 12)
	FILTERGRAD_COLUMN(1, 7, 13)
	FILTERGRAD_COLUMN(2, 8, 14)
	FILTERGRAD_COLUMN(3, 9, 15)
	FILTERGRAD_COLUMN(4, 10, 16)
	FILTERGRAD_COLUMN(5, 11, 17)
	FIRST_ROW
	FILTERGRAD_ROW(0, 1, 2, 3, 4, 5)
	FILTERGRAD_ROW(6, 7, 8, 9, 10, 11)
	FILTERGRAD_ROW(12, 13, 14, 15, 16, 17)
	NEXT
	BNE loop
	RET
