// The transforms of F(4×4,3×3) for either width of vectors. Each begins with the
// constants that it keeps in registers.

// Input: 6×6 to 6×6.

#define INPUT4_CONSTANTS    \
	VBROADCASTSS TWO, V13;  \
	VBROADCASTSS FIVE, V14; \
	VBROADCASTSS FOUR, V15

// Rows 0 and 5 of Bᵀ: 4x0 − 5x2 + x4 and 4x1 − 5x3 + x5.
#define INPUT4_COLUMN05(T0, T5) \
	VMOVUPS      S4, T0;        \
	VFNMADD231PS S2, V14, T0;   \
	VFMADD231PS  S0, V15, T0;   \
	VMOVUPS      S5, T5;        \
	VFNMADD231PS S3, V14, T5;   \
	VFMADD231PS  S1, V15, T5

// Rows 1 and 2 of Bᵀ: (x4 − 4x2) ± (x3 − 4x1).
#define INPUT4_COLUMN12(T1, T2) \
	VMOVUPS      S4, V12;       \
	VFNMADD231PS S2, V15, V12;  \
	VMOVUPS      S3, T2;        \
	VFNMADD231PS S1, V15, T2;   \
	VADDPS       T2, V12, T1;   \
	VSUBPS       T2, V12, T2

// Rows 3 and 4 of Bᵀ: (x4 − x2) ± 2(x3 − x1).
#define INPUT4_COLUMN34(T3, T4) \
	VMOVUPS      S4, T4;        \
	VSUBPS       S2, T4, T4;    \
	VMOVUPS      S3, V12;       \
	VSUBPS       S1, V12, V12;  \
	VMOVAPS      T4, T3;        \
	VFMADD231PS  V12, V13, T3;  \
	VFNMADD231PS V12, V13, T4

// Bᵀ: 4x0 − 5x2 + x4, (x4 − 4x2) ± (x3 − 4x1), (x4 − x2) ± 2(x3 − x1),
// 4x1 − 5x3 + x5.
#define INPUT4_ROW(T0, T1, T2, T3, T4, T5) \
	VMOVAPS      T4, V12;                  \
	VFNMADD231PS T2, V14, V12;             \
	VFMADD231PS  T0, V15, V12;             \
	VMOVUPS      V12, D0;                  \
	VFNMADD231PS T3, V14, T5;              \
	VFMADD231PS  T1, V15, T5;              \
	VMOVUPS      T5, D5;                   \
	VMOVAPS      T4, V12;                  \
	VFNMADD231PS T2, V15, V12;             \
	VMOVAPS      T3, T0;                   \
	VFNMADD231PS T1, V15, T0;              \
	VADDPS       T0, V12, T5;              \
	VMOVUPS      T5, D1;                   \
	VSUBPS       T0, V12, T5;              \
	VMOVUPS      T5, D2;                   \
	VSUBPS       T2, T4, T4;               \
	VSUBPS       T1, T3, T3;               \
	VMOVAPS      T4, T2;                   \
	VFMADD231PS  T3, V13, T2;              \
	VMOVUPS      T2, D3;                   \
	VFNMADD231PS T3, V13, T4;              \
	VMOVUPS      T4, D4

#define INPUT4                                            \
	PAIR6(INPUT4_COLUMN05, TO_ROW0, TO_ROW5, INPUT4_ROW); \
	PAIR6(INPUT4_COLUMN12, TO_ROW1, TO_ROW2, INPUT4_ROW); \
	PAIR6(INPUT4_COLUMN34, TO_ROW3, TO_ROW4, INPUT4_ROW)

// Output: 6×6 to 4×4, plus the bias.

#define OUTPUT4_CONSTANTS   \
	MOVQ bias+56(FP), BIAS; \
	VBROADCASTSS TWO, V13;  \
	VBROADCASTSS FOUR, V14; \
	VBROADCASTSS EIGHT, V15

// Rows 0 and 2 of Aᵀ: x0 + (x1 + x2) + (x3 + x4) and (x1 + x2) + 4(x3 + x4).
#define OUTPUT4_COLUMN02(T0, T2) \
	VMOVUPS     S1, V12;         \
	VADDPS      S2, V12, V12;    \
	VMOVUPS     S3, T2;          \
	VADDPS      S4, T2, T2;      \
	VADDPS      S0, V12, T0;     \
	VADDPS      T2, T0, T0;      \
	VFMADD213PS V12, V14, T2

// Rows 1 and 3 of Aᵀ: (x1 − x2) + 2(x3 − x4) and (x1 − x2) + 8(x3 − x4) + x5.
#define OUTPUT4_COLUMN13(T1, T3) \
	VMOVUPS     S1, T1;          \
	VSUBPS      S2, T1, T1;      \
	VMOVUPS     S3, V12;         \
	VSUBPS      S4, V12, V12;    \
	VMOVAPS     T1, T3;          \
	VFMADD231PS V12, V13, T1;    \
	VFMADD231PS V12, V15, T3;    \
	VADDPS      S5, T3, T3

// Aᵀ, plus the bias: x0 + (x1 + x2) + (x3 + x4), (x1 − x2) + 2(x3 − x4),
// (x1 + x2) + 4(x3 + x4), (x1 − x2) + 8(x3 − x4) + x5.
#define OUTPUT4_ROW(T0, T1, T2, T3, T4, T5) \
	VADDPS      T2, T1, V12;                \
	VSUBPS      T2, T1, T1;                 \
	VADDPS      T4, T3, T2;                 \
	VSUBPS      T4, T3, T3;                 \
	VADDPS      V12, T0, T0;                \
	VADDPS      T2, T0, T0;                 \
	VADDPS      (BIAS), T0, T0;             \
	VMOVUPS     T0, D0;                     \
	VFMADD231PS T2, V14, V12;               \
	VADDPS      (BIAS), V12, V12;           \
	VMOVUPS     V12, D2;                    \
	VMOVAPS     T1, T4;                     \
	VFMADD231PS T3, V13, T4;                \
	VADDPS      (BIAS), T4, T4;             \
	VMOVUPS     T4, D1;                     \
	VFMADD231PS T3, V15, T1;                \
	VADDPS      T5, T1, T1;                 \
	VADDPS      (BIAS), T1, T1;             \
	VMOVUPS     T1, D3

#define OUTPUT4                                             \
	PAIR6(OUTPUT4_COLUMN02, TO_ROW0, TO_ROW2, OUTPUT4_ROW); \
	PAIR6(OUTPUT4_COLUMN13, TO_ROW1, TO_ROW3, OUTPUT4_ROW); \
	ADDQ $VLEN, BIAS

// Filter: 3×3 to 6×6.

#define FILTER4_CONSTANTS         \
	VBROADCASTSS TWO, V11;        \
	VBROADCASTSS FOUR, V12;       \
	VBROADCASTSS QUARTER, V13;    \
	VBROADCASTSS MINUSSIXTH, V14; \
	VBROADCASTSS TWENTYFOURTH, V15

// Rows 0 and 5 of G: ¼x0 and x2.
#define FILTER4_COLUMN05(T0, T5) \
	VMULPS  S0, V13, T0;         \
	VMOVUPS S2, T5

// Rows 1 and 2 of G: −⅙(x0 + x2 ± x1).
#define FILTER4_COLUMN12(T1, T2) \
	VMOVUPS S0, V6;              \
	VADDPS  S2, V6, V6;          \
	VADDPS  S1, V6, T1;          \
	VSUBPS  S1, V6, T2;          \
	VMULPS  V14, T1, T1;         \
	VMULPS  V14, T2, T2

// Rows 3 and 4 of G: 1/24 (x0 + 4x2 ± 2x1).
#define FILTER4_COLUMN34(T3, T4) \
	VMOVUPS      S0, T3;         \
	VFMADD231PS  S2, V12, T3;    \
	VMOVAPS      T3, T4;         \
	VMOVUPS      S1, V6;         \
	VFMADD231PS  V6, V11, T3;    \
	VFNMADD231PS V6, V11, T4;    \
	VMULPS       V15, T3, T3;    \
	VMULPS       V15, T4, T4

// G: ¼x0, −⅙(x0 + x2 ± x1), 1/24 (x0 + 4x2 ± 2x1), x2.
#define FILTER4_ROW(T0, T1, T2) \
	VMULPS       T0, V13, V6;   \
	VMOVUPS      V6, D0;        \
	VADDPS       T2, T0, V6;    \
	VADDPS       T1, V6, V7;    \
	VSUBPS       T1, V6, V8;    \
	VMULPS       V14, V7, V7;   \
	VMULPS       V14, V8, V8;   \
	VMOVUPS      V7, D1;        \
	VMOVUPS      V8, D2;        \
	VFMADD231PS  T2, V12, T0;   \
	VMOVAPS      T0, V7;        \
	VFMADD231PS  T1, V11, T0;   \
	VFNMADD231PS T1, V11, V7;   \
	VMULPS       V15, T0, T0;   \
	VMULPS       V15, V7, V7;   \
	VMOVUPS      T0, D3;        \
	VMOVUPS      V7, D4;        \
	VMOVUPS      T2, D5

#define FILTER4                                             \
	PAIR3(FILTER4_COLUMN05, TO_ROW0, TO_ROW5, FILTER4_ROW); \
	PAIR3(FILTER4_COLUMN12, TO_ROW1, TO_ROW2, FILTER4_ROW); \
	PAIR3(FILTER4_COLUMN34, TO_ROW3, TO_ROW4, FILTER4_ROW)

// Gradient of the output: 4×4 to 6×6.

#define OUTPUTGRAD4_CONSTANTS \
	VBROADCASTSS TWO, V14;    \
	VBROADCASTSS FOUR, V15

// Rows 0 and 5 of A: x0 and x3.
#define OUTPUTGRAD4_COLUMN05(T0, T5) \
	VMOVUPS S0, T0;                  \
	VMOVUPS S3, T5

// Rows 1 and 2 of A: (x0 + x2) ± (x1 + x3).
#define OUTPUTGRAD4_COLUMN12(T1, T2) \
	VMOVUPS S0, V8;                  \
	VADDPS  S2, V8, V8;              \
	VMOVUPS S1, V9;                  \
	VADDPS  S3, V9, V9;              \
	VADDPS  V9, V8, T1;              \
	VSUBPS  V9, V8, T2

// Rows 3 and 4 of A: (x0 + 4x2) ± 2(x1 + 4x3).
#define OUTPUTGRAD4_COLUMN34(T3, T4) \
	VMOVUPS      S0, T3;             \
	VFMADD231PS  S2, V15, T3;        \
	VMOVUPS      S1, V8;             \
	VFMADD231PS  S3, V15, V8;        \
	VMOVAPS      T3, T4;             \
	VFMADD231PS  V8, V14, T3;        \
	VFNMADD231PS V8, V14, T4

// A: x0, (x0 + x2) ± (x1 + x3), (x0 + 4x2) ± 2(x1 + 4x3), x3.
#define OUTPUTGRAD4_ROW(T0, T1, T2, T3) \
	VMOVUPS      T0, D0;                \
	VMOVUPS      T3, D5;                \
	VADDPS       T2, T0, V8;            \
	VADDPS       T3, T1, V9;            \
	VADDPS       V9, V8, V10;           \
	VSUBPS       V9, V8, V11;           \
	VMOVUPS      V10, D1;               \
	VMOVUPS      V11, D2;               \
	VFMADD231PS  T2, V15, T0;           \
	VFMADD231PS  T3, V15, T1;           \
	VMOVAPS      T0, V8;                \
	VFMADD231PS  T1, V14, T0;           \
	VFNMADD231PS T1, V14, V8;           \
	VMOVUPS      T0, D3;                \
	VMOVUPS      V8, D4

#define OUTPUTGRAD4                                                 \
	PAIR4(OUTPUTGRAD4_COLUMN05, TO_ROW0, TO_ROW5, OUTPUTGRAD4_ROW); \
	PAIR4(OUTPUTGRAD4_COLUMN12, TO_ROW1, TO_ROW2, OUTPUTGRAD4_ROW); \
	PAIR4(OUTPUTGRAD4_COLUMN34, TO_ROW3, TO_ROW4, OUTPUTGRAD4_ROW)

// Gradient of the filter: 6×6 to 3×3. The first pass makes rows 0 and 2; the
// second row 1, whose column macro fills one register only.

#define FILTERGRAD4_CONSTANTS       \
	VBROADCASTSS TWENTYFOURTH, V14; \
	VBROADCASTSS SIXTH, V15

// Rows 0 and 2 of Gᵀ: ¼x0 + 1/24 (x3 + x4 − 4(x1 + x2)) and
// x5 + ⅙(x3 + x4 − (x1 + x2)).
#define FILTERGRAD4_COLUMN02(T0, T2) \
	VMOVUPS      S1, V12;            \
	VADDPS       S2, V12, V12;       \
	VMOVUPS      S3, T2;             \
	VADDPS       S4, T2, T2;         \
	VBROADCASTSS QUARTER, V13;       \
	VMULPS       S0, V13, T0;        \
	VBROADCASTSS FOUR, V13;          \
	VFNMADD213PS T2, V12, V13;       \
	VFMADD231PS  V13, V14, T0;       \
	VSUBPS       V12, T2, T2;        \
	VFMADD213PS  S5, V15, T2

// Row 1 of Gᵀ: 1/12 (2(x2 − x1) + (x3 − x4)).
#define FILTERGRAD4_COLUMN1(T1, UNUSED) \
	VMOVUPS      S2, T1;                \
	VSUBPS       S1, T1, T1;            \
	VMOVUPS      S3, V12;               \
	VSUBPS       S4, V12, V12;          \
	VBROADCASTSS TWO, V13;              \
	VFMADD213PS  V12, V13, T1;          \
	VBROADCASTSS TWELFTH, V13;          \
	VMULPS       V13, T1, T1

// Gᵀ: ¼x0 + 1/24 (x3 + x4 − 4(x1 + x2)), 1/12 (2(x2 − x1) + (x3 − x4)),
// x5 + ⅙(x3 + x4 − (x1 + x2)).
#define FILTERGRAD4_ROW(T0, T1, T2, T3, T4, T5) \
	VSUBPS       T1, T2, V12;                   \
	VADDPS       T2, T1, T1;                    \
	VADDPS       T4, T3, T2;                    \
	VSUBPS       T4, T3, T3;                    \
	VBROADCASTSS QUARTER, V13;                  \
	VMULPS       V13, T0, T0;                   \
	VBROADCASTSS FOUR, V13;                     \
	VFNMADD213PS T2, T1, V13;                   \
	VFMADD231PS  V13, V14, T0;                  \
	VMOVUPS      T0, D0;                        \
	VBROADCASTSS TWO, V13;                      \
	VFMADD213PS  T3, V13, V12;                  \
	VBROADCASTSS TWELFTH, V13;                  \
	VMULPS       V13, V12, V12;                 \
	VMOVUPS      V12, D1;                       \
	VSUBPS       T1, T2, T2;                    \
	VFMADD213PS  T5, V15, T2;                   \
	VMOVUPS      T2, D2

#define FILTERGRAD4                                                 \
	PAIR6(FILTERGRAD4_COLUMN02, TO_ROW0, TO_ROW2, FILTERGRAD4_ROW); \
	COLUMNS6(FILTERGRAD4_COLUMN1);                                  \
	TO_ROW1;                                                        \
	FILTERGRAD4_ROW(V0, V1, V2, V3, V4, V5)
