package asm

import "fmt"

// ISA names an instruction set.
type ISA int

const (
	Generic ISA = iota // plain Go
	AVX2               // AVX2 and FMA3
	AVX512             // AVX-512 F, BW, DQ and VL
	NEON               // the vector unit of every 64-bit ARM
)

var isaNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

// String returns the name that SDRM_ISA and parseISA take.
func (i ISA) String() string {
	if i < 0 || int(i) >= len(isaNames) {
		return fmt.Sprintf("ISA(%d)", int(i))
	}
	return isaNames[i]
}

// parseISA is the inverse of String.
func parseISA(name string) (ISA, error) {
	for i, n := range isaNames {
		if n == name {
			return ISA(i), nil
		}
	}
	return 0, fmt.Errorf("unknown instruction set %q: expected one of %q", name, isaNames)
}
