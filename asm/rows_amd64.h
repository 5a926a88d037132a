// The kernels over rows of channels for either width of vectors; the arguments
// are those of generic_rows.go.
//
// Sums stay in the L1 cache between two rows. That takes a load and a store for
// each, but reads the rows in the order of memory.

#define ROWS  CX
#define C     BX  // bytes of a row
#define WHOLE DX  // bytes of a row that are to be done
#define I     AX  // bytes of the row done
#define X     SI  // points to the current row, as do the two below
#define DY    DI
#define DST   R8
#define P1    R9  // per-channel slices
#define P2    R10
#define P3    R11
#define P4    R12
#define P5    R13

#define ZERO V5

// SLICE takes over a slice, from the first channel on.
#define SLICE(FIELD, TO) \
	MOVQ FIELD(C), TO;   \
	LEAQ (TO)(I*4), TO

#include "rows.h"

// ARGUMENTS takes over the rowArgs, with counts of bytes for those of channels.
#define ARGUMENTS                 \
	MOVQ a+0(FP), C;              \
	MOVQ rowArgs_first(C), I;     \
	SLICES;                       \
	MOVQ rowArgs_rows(C), ROWS;   \
	MOVQ rowArgs_whole(C), WHOLE; \
	MOVQ rowArgs_c(C), C;         \
	SHLQ $2, WHOLE;               \
	SHLQ $2, C;                   \
	VXORPS ZERO, ZERO, ZERO

// EACH_ROW runs STEP over the vectors of all rows, ADVANCE after each row.
#define EACH_ROW(STEP, ADVANCE) \
	ARGUMENTS;                  \
	XORQ I, I;                  \
	PCALIGN $64;                \
vector:                         \
	STEP;                       \
	ADDQ $VLEN, I;              \
	CMPQ I, WHOLE;              \
	JLT  vector;                \
	ADVANCE;                    \
	XORQ I, I;                  \
	DECQ ROWS;                  \
	JNE  vector

#define ADVANCE_X       ADDQ C, X
#define ADVANCE_X_DST   ADDQ C, X; ADDQ C, DST
#define ADVANCE_X_DY    ADDQ C, X; ADDQ C, DY
#define ADVANCE_ALL     ADDQ C, X; ADDQ C, DY; ADDQ C, DST

// P1 is the row.
#define ADDROW                 \
	VMOVUPS (X)(I*1), V0;      \
	VADDPS  (P1)(I*1), V0, V0; \
	VMOVUPS V0, (DST)(I*1)

// P1 is the sum.
#define COLSUMS               \
	VMOVUPS (P1)(I*1), V0;    \
	VADDPS  (X)(I*1), V0, V0; \
	VMOVUPS V0, (P1)(I*1)

// P1 is the mean, P2 the second moment.
#define COLSQUARES                 \
	VMOVUPS     (X)(I*1), V0;      \
	VSUBPS      (P1)(I*1), V0, V0; \
	VMOVUPS     (P2)(I*1), V1;     \
	VFMADD231PS V0, V0, V1;        \
	VMOVUPS     V1, (P2)(I*1)

// V0 = fma(x, P1, P2): x scaled and shifted.
#define AFFINE                 \
	VMOVUPS     (X)(I*1), V0;  \
	VMOVUPS     (P1)(I*1), V1; \
	VFMADD213PS (P2)(I*1), V1, V0

#define SCALESHIFT \
	AFFINE;        \
	VMOVUPS     V0, (DST)(I*1)

#define SCALESHIFTRELU        \
	AFFINE;                   \
	VMAXPS      V0, ZERO, V0; \
	VMOVUPS     V0, (DST)(I*1)

// DY is what is added.
#define SCALESHIFTADDRELU           \
	AFFINE;                         \
	VADDPS      (DY)(I*1), V0, V0;  \
	VMAXPS      V0, ZERO, V0;       \
	VMOVUPS     V0, (DST)(I*1)

// V1 = dy where the scaled and shifted x is positive or NaN.
#define MASKED_DY              \
	AFFINE;                    \
	VMOVUPS     (DY)(I*1), V1; \
	KEEP_POSITIVE(V0, V1)

// V1 is dy; P3 is the mean, P4 the sum, P5 the dot product.
#define GRADSUMS                   \
	VADDPS      (P4)(I*1), V1, V2; \
	VMOVUPS     V2, (P4)(I*1);     \
	VMOVUPS     (X)(I*1), V3;      \
	VSUBPS      (P3)(I*1), V3, V3; \
	VMOVUPS     (P5)(I*1), V4;     \
	VFMADD231PS V3, V1, V4;        \
	VMOVUPS     V4, (P5)(I*1)

#define NORMGRADSUMS           \
	VMOVUPS     (DY)(I*1), V1; \
	GRADSUMS

#define NORMRELUGRADSUMS \
	MASKED_DY;           \
	GRADSUMS

// V1 is dy; P3, P4 and P5 are k1, k2 and k3.
#define GRAD                       \
	VMOVUPS     (X)(I*1), V2;      \
	VMOVUPS     (P4)(I*1), V3;     \
	VFMADD213PS (P5)(I*1), V3, V2; \
	VFMADD132PS (P3)(I*1), V2, V1; \
	VMOVUPS     V1, (DST)(I*1)

#define NORMGRAD               \
	VMOVUPS     (DY)(I*1), V1; \
	GRAD

#define NORMRELUGRAD \
	MASKED_DY;       \
	GRAD
