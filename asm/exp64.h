// The constants of e^x in float64, those of fmath.Exp.

DATA exp64<>+0(SB)/8, $708.0               // the largest |x|
DATA exp64<>+8(SB)/8, $0x3ff71547652b82fe  // 1 / ln 2
DATA exp64<>+16(SB)/8, $0.5
DATA exp64<>+24(SB)/8, $0x3fe62e42fee00000 // ln 2, first part
DATA exp64<>+32(SB)/8, $0x3dea39ef35793c76 // ln 2, second part
DATA exp64<>+40(SB)/8, $1.0
DATA exp64<>+48(SB)/8, $0x4338000000000000 // 1.5·2⁵²: the low bits of a sum are a whole number
DATA exp64<>+56(SB)/8, $0x3ff0000000000000 // 1023 as an exponent
DATA exp64<>+64(SB)/8, $0x3de6124613a86d09 // 1/13!
DATA exp64<>+72(SB)/8, $0x3e21eed8eff8d898
DATA exp64<>+80(SB)/8, $0x3e5ae64567f544e4
DATA exp64<>+88(SB)/8, $0x3e927e4fb7789f5c
DATA exp64<>+96(SB)/8, $0x3ec71de3a556c734
DATA exp64<>+104(SB)/8, $0x3efa01a01a01a01a
DATA exp64<>+112(SB)/8, $0x3f2a01a01a01a01a
DATA exp64<>+120(SB)/8, $0x3f56c16c16c16c17
DATA exp64<>+128(SB)/8, $0x3f81111111111111
DATA exp64<>+136(SB)/8, $0x3fa5555555555555
DATA exp64<>+144(SB)/8, $0x3fc5555555555555 // 1/3!
GLOBL exp64<>(SB), RODATA|NOPTR, $152
