// The constants of e^x, in the order of generic_exp.go.

DATA exp<>+0(SB)/4, $89.0
DATA exp<>+4(SB)/4, $-104.0
DATA exp<>+8(SB)/4, $1.44269504088896341   // 1 / ln 2
DATA exp<>+12(SB)/4, $12582912.0           // rounds to a whole number
DATA exp<>+16(SB)/4, $0.693359375          // ln 2, first part
DATA exp<>+20(SB)/4, $-2.12194440e-4       // ln 2, second part
DATA exp<>+24(SB)/4, $5.0000001201e-1
DATA exp<>+28(SB)/4, $1.6666665459e-1
DATA exp<>+32(SB)/4, $4.1665795894e-2
DATA exp<>+36(SB)/4, $8.3334519073e-3
DATA exp<>+40(SB)/4, $1.3981999507e-3
DATA exp<>+44(SB)/4, $1.9875691500e-4
DATA exp<>+48(SB)/4, $1.0
DATA exp<>+52(SB)/4, $127
GLOBL exp<>(SB), RODATA|NOPTR, $56
