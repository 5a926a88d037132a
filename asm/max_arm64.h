// MAX2 is D = the larger of P and Q, Q of two zeros, NaN if either is. FMAX hands
// NaN on, but of zeros it gives the positive one. T is used up.
#define MAX2(P, Q, T, D) \
	VFMAX_S4(Q, P, T);   \
	VFCMEQ_S4(Q, T, D);  \
	VBSL_B16(T, Q, D)
