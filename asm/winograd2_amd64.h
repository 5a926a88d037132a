// The transforms of F(2×2,3×3) for either width of vectors. Those with constants
// begin by loading them.

// Input: 4×4 to 4×4.

// Rows 0 and 3 of Bᵀ: x0 − x2 and x1 − x3.
#define INPUT2_COLUMN03(T0, T3) \
	VMOVUPS S0, T0;             \
	VSUBPS  S2, T0, T0;         \
	VMOVUPS S1, T3;             \
	VSUBPS  S3, T3, T3

// Rows 1 and 2 of Bᵀ: x1 + x2 and x2 − x1.
#define INPUT2_COLUMN12(T1, T2) \
	VMOVUPS S1, V8;             \
	VMOVUPS S2, V9;             \
	VADDPS  V9, V8, T1;         \
	VSUBPS  V8, V9, T2

// Bᵀ: x0 − x2, x1 + x2, x2 − x1, x1 − x3.
#define INPUT2_ROW(T0, T1, T2, T3) \
	VSUBPS  T2, T0, T0;            \
	VMOVUPS T0, D0;                \
	VADDPS  T2, T1, V8;            \
	VMOVUPS V8, D1;                \
	VSUBPS  T1, T2, V9;            \
	VMOVUPS V9, D2;                \
	VSUBPS  T3, T1, T1;            \
	VMOVUPS T1, D3

#define INPUT2                                            \
	PAIR4(INPUT2_COLUMN03, TO_ROW0, TO_ROW3, INPUT2_ROW); \
	PAIR4(INPUT2_COLUMN12, TO_ROW1, TO_ROW2, INPUT2_ROW)

// Output: 4×4 to 2×2, plus the bias.

#define OUTPUT2_CONSTANTS \
	MOVQ bias+56(FP), BIAS

// Aᵀ: x0 + x1 + x2 and x1 − x2 − x3.
#define OUTPUT2_COLUMN(T0, T1) \
	VMOVUPS S1, V8;            \
	VMOVUPS S2, V9;            \
	VADDPS  S0, V8, T0;        \
	VADDPS  V9, T0, T0;        \
	VSUBPS  V9, V8, T1;        \
	VSUBPS  S3, T1, T1

// Aᵀ, plus the bias: x0 + x1 + x2, x1 − x2 − x3.
#define OUTPUT2_ROW(T0, T1, T2, T3) \
	VADDPS  T1, T0, T0;             \
	VADDPS  T2, T0, T0;             \
	VADDPS  (BIAS), T0, T0;         \
	VMOVUPS T0, D0;                 \
	VSUBPS  T2, T1, T1;             \
	VSUBPS  T3, T1, T1;             \
	VADDPS  (BIAS), T1, T1;         \
	VMOVUPS T1, D1

#define OUTPUT2                                           \
	PAIR4(OUTPUT2_COLUMN, TO_ROW0, TO_ROW1, OUTPUT2_ROW); \
	ADDQ $VLEN, BIAS

// Filter: 3×3 to 4×4.

#define FILTER2_CONSTANTS \
	VBROADCASTSS HALF, V15

// Rows 0 and 3 of G: x0 and x2.
#define FILTER2_COLUMN03(T0, T3) \
	VMOVUPS S0, T0;              \
	VMOVUPS S2, T3

// Rows 1 and 2 of G: ½(x0 + x2 + x1) and ½(x0 + x2 − x1).
#define FILTER2_COLUMN12(T1, T2) \
	VMOVUPS S0, V6;              \
	VADDPS  S2, V6, V6;          \
	VADDPS  S1, V6, T1;          \
	VSUBPS  S1, V6, T2;          \
	VMULPS  V15, T1, T1;         \
	VMULPS  V15, T2, T2

// G: x0, ½(x0 + x2 + x1), ½(x0 + x2 − x1), x2.
#define FILTER2_ROW(T0, T1, T2) \
	VMOVUPS T0, D0;             \
	VADDPS  T2, T0, T0;         \
	VADDPS  T1, T0, V6;         \
	VSUBPS  T1, T0, V7;         \
	VMULPS  V15, V6, V6;        \
	VMULPS  V15, V7, V7;        \
	VMOVUPS V6, D1;             \
	VMOVUPS V7, D2;             \
	VMOVUPS T2, D3

#define FILTER2                                             \
	PAIR3(FILTER2_COLUMN03, TO_ROW0, TO_ROW3, FILTER2_ROW); \
	PAIR3(FILTER2_COLUMN12, TO_ROW1, TO_ROW2, FILTER2_ROW)

// Gradient of the output: 2×2 to 4×4.

#define OUTPUTGRAD2_CONSTANTS \
	VBROADCASTSS SIGN, V15

// Rows 0 and 3 of A: x0 and −x1.
#define OUTPUTGRAD2_COLUMN03(T0, T3) \
	VMOVUPS S0, T0;                  \
	VXORPS  S1, V15, T3

// Rows 1 and 2 of A: x0 + x1 and x0 − x1.
#define OUTPUTGRAD2_COLUMN12(T1, T2) \
	VMOVUPS S0, T2;                  \
	VADDPS  S1, T2, T1;              \
	VSUBPS  S1, T2, T2

// A: x0, x0 + x1, x0 − x1, −x1.
#define OUTPUTGRAD2_ROW(T0, T1) \
	VMOVUPS T0, D0;             \
	VADDPS  T1, T0, V4;         \
	VMOVUPS V4, D1;             \
	VSUBPS  T1, T0, T0;         \
	VMOVUPS T0, D2;             \
	VXORPS  T1, V15, T1;        \
	VMOVUPS T1, D3

#define OUTPUTGRAD2                                                 \
	PAIR2(OUTPUTGRAD2_COLUMN03, TO_ROW0, TO_ROW3, OUTPUTGRAD2_ROW); \
	PAIR2(OUTPUTGRAD2_COLUMN12, TO_ROW1, TO_ROW2, OUTPUTGRAD2_ROW)

// Gradient of the filter: 4×4 to 3×3. The first pass makes rows 0 and 2; the
// second row 1, whose column macro fills one register only.

#define FILTERGRAD2_CONSTANTS \
	VBROADCASTSS HALF, V15

// Rows 0 and 2 of Gᵀ: x0 + ½(x1 + x2) and x3 + ½(x1 + x2).
#define FILTERGRAD2_COLUMN02(T0, T2) \
	VMOVUPS     S1, T0;              \
	VADDPS      S2, T0, T0;          \
	VMOVAPS     T0, T2;              \
	VFMADD213PS S0, V15, T0;         \
	VFMADD213PS S3, V15, T2

// Row 1 of Gᵀ: ½(x1 − x2).
#define FILTERGRAD2_COLUMN1(T1, UNUSED) \
	VMOVUPS S1, T1;                     \
	VSUBPS  S2, T1, T1;                 \
	VMULPS  V15, T1, T1

// Gᵀ: x0 + ½(x1 + x2), ½(x1 − x2), x3 + ½(x1 + x2).
#define FILTERGRAD2_ROW(T0, T1, T2, T3) \
	VADDPS      T2, T1, V8;             \
	VFMADD231PS V8, V15, T0;            \
	VMOVUPS     T0, D0;                 \
	VSUBPS      T2, T1, T1;             \
	VMULPS      V15, T1, T1;            \
	VMOVUPS     T1, D1;                 \
	VFMADD231PS V8, V15, T3;            \
	VMOVUPS     T3, D2

#define FILTERGRAD2                                                 \
	PAIR4(FILTERGRAD2_COLUMN02, TO_ROW0, TO_ROW2, FILTERGRAD2_ROW); \
	COLUMNS4(FILTERGRAD2_COLUMN1);                                  \
	TO_ROW1;                                                        \
	FILTERGRAD2_ROW(V0, V1, V2, V3)
