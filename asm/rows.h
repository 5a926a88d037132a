// SLICES takes over the slices of the rowArgs, each with SLICE.
#define SLICES               \
	SLICE(rowArgs_dst, DST); \
	SLICE(rowArgs_dy, DY);   \
	SLICE(rowArgs_x, X);     \
	SLICE(rowArgs_p1, P1);   \
	SLICE(rowArgs_p2, P2);   \
	SLICE(rowArgs_p3, P3);   \
	SLICE(rowArgs_p4, P4);   \
	SLICE(rowArgs_p5, P5)
