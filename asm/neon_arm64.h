// The vector instructions that Go's assembler has no name for. A macro takes
// the numbers of the registers, sources first as in Go's own mnemonics, so
// VFSUB_S4(m, n, d) is d = n − m. The line above it is the instruction as the
// architecture's manual writes it; the test compares both with what another
// assembler and disassembler make of that line.
//
// Every operator is in parentheses: the precedence of Go's assembler is
// neither Go's nor C's.

// Arithmetic on four floats.

// fadd v{d}.4s, v{n}.4s, v{m}.4s
#define VFADD_S4(m, n, d) WORD $(0x4E20D400 | ((m)<<16) | ((n)<<5) | (d))
// fsub v{d}.4s, v{n}.4s, v{m}.4s
#define VFSUB_S4(m, n, d) WORD $(0x4EA0D400 | ((m)<<16) | ((n)<<5) | (d))
// fmul v{d}.4s, v{n}.4s, v{m}.4s
#define VFMUL_S4(m, n, d) WORD $(0x6E20DC00 | ((m)<<16) | ((n)<<5) | (d))
// fmla v{d}.4s, v{n}.4s, v{m}.4s
#define VFMLA_S4(m, n, d) WORD $(0x4E20CC00 | ((m)<<16) | ((n)<<5) | (d))
// fmls v{d}.4s, v{n}.4s, v{m}.4s
#define VFMLS_S4(m, n, d) WORD $(0x4EA0CC00 | ((m)<<16) | ((n)<<5) | (d))
// fmax v{d}.4s, v{n}.4s, v{m}.4s
#define VFMAX_S4(m, n, d) WORD $(0x4E20F400 | ((m)<<16) | ((n)<<5) | (d))
// fmin v{d}.4s, v{n}.4s, v{m}.4s
#define VFMIN_S4(m, n, d) WORD $(0x4EA0F400 | ((m)<<16) | ((n)<<5) | (d))
// fneg v{d}.4s, v{n}.4s
#define VFNEG_S4(n, d) WORD $(0x6EA0F800 | ((n)<<5) | (d))

// The same with one float, number i of register m, for all four.

// fmul v{d}.4s, v{n}.4s, v{m}.s[{i}]
#define VFMUL_LANE(m, i, n, d) WORD $(0x4F809000 | (((i)&1)<<21) | (((i)>>1)<<11) | ((m)<<16) | ((n)<<5) | (d))
// fmla v{d}.4s, v{n}.4s, v{m}.s[{i}]
#define VFMLA_LANE(m, i, n, d) WORD $(0x4F801000 | (((i)&1)<<21) | (((i)>>1)<<11) | ((m)<<16) | ((n)<<5) | (d))
// fmls v{d}.4s, v{n}.4s, v{m}.s[{i}]
#define VFMLS_LANE(m, i, n, d) WORD $(0x4F805000 | (((i)&1)<<21) | (((i)>>1)<<11) | ((m)<<16) | ((n)<<5) | (d))

// Comparisons give all ones where they hold, which with NaN they never do.

// fcmeq v{d}.4s, v{n}.4s, v{m}.4s
#define VFCMEQ_S4(m, n, d) WORD $(0x4E20E400 | ((m)<<16) | ((n)<<5) | (d))
// fcmle v{d}.4s, v{n}.4s, #0.0
#define VFCMLEZ_S4(n, d) WORD $(0x6EA0D800 | ((n)<<5) | (d))
// fcmlt v{d}.4s, v{n}.4s, #0.0
#define VFCMLTZ_S4(n, d) WORD $(0x4EA0E800 | ((n)<<5) | (d))

// Bits and integers. Go names some of these, but its names do not take the
// numbers of registers. bsl chooses n where d is one and m where it is zero.

// mov v{d}.16b, v{n}.16b
#define VMOV_B16(n, d) WORD $(0x4EA01C00 | ((n)<<16) | ((n)<<5) | (d))
// and v{d}.16b, v{n}.16b, v{m}.16b
#define VAND_B16(m, n, d) WORD $(0x4E201C00 | ((m)<<16) | ((n)<<5) | (d))
// bic v{d}.16b, v{n}.16b, v{m}.16b
#define VBIC_B16(m, n, d) WORD $(0x4E601C00 | ((m)<<16) | ((n)<<5) | (d))
// eor v{d}.16b, v{n}.16b, v{m}.16b
#define VEOR_B16(m, n, d) WORD $(0x6E201C00 | ((m)<<16) | ((n)<<5) | (d))
// bsl v{d}.16b, v{n}.16b, v{m}.16b
#define VBSL_B16(m, n, d) WORD $(0x6E601C00 | ((m)<<16) | ((n)<<5) | (d))
// add v{d}.4s, v{n}.4s, v{m}.4s
#define VADD_S4(m, n, d) WORD $(0x4EA08400 | ((m)<<16) | ((n)<<5) | (d))
// sub v{d}.4s, v{n}.4s, v{m}.4s
#define VSUB_S4(m, n, d) WORD $(0x6EA08400 | ((m)<<16) | ((n)<<5) | (d))
// shl v{d}.4s, v{n}.4s, #{s}
#define VSHL_S4(s, n, d) WORD $(0x4F205400 | ((s)<<16) | ((n)<<5) | (d))
// sshr v{d}.4s, v{n}.4s, #{s}
#define VSSHR_S4(s, n, d) WORD $(0x4F000400 | ((64-(s))<<16) | ((n)<<5) | (d))

// Load and store four floats at the sum of two general registers.

// ldr q{t}, [x{n}, x{m}]
#define VLDR_Q(m, n, t) WORD $(0x3CE06800 | ((m)<<16) | ((n)<<5) | (t))
// str q{t}, [x{n}, x{m}]
#define VSTR_Q(m, n, t) WORD $(0x3CA06800 | ((m)<<16) | ((n)<<5) | (t))
