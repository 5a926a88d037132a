package asm_test

import (
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

func TestGemm(t *testing.T) {
	for _, k := range asm.Available() {
		t.Run(k.ISA.String(), func(t *testing.T) {
			if err := conform.SweepGemm(newMemory(t), k); err != nil {
				t.Error(err)
			}
		})
	}
}
