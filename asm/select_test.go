package asm

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestISANames(t *testing.T) {
	for i := Generic; i <= NEON; i++ {
		got, err := parseISA(i.String())
		if err != nil || got != i {
			t.Errorf("parseISA(%q) = %v, %v", i.String(), got, err)
		}
	}
	for _, name := range []string{"", "AVX2", "avx", "ISA(9)"} {
		if _, err := parseISA(name); err == nil || !strings.Contains(err.Error(), "avx512") {
			t.Errorf("parseISA(%q): error %v does not say what was expected", name, err)
		}
	}
	if got := ISA(9).String(); got != "ISA(9)" {
		t.Errorf("ISA(9) prints as %q", got)
	}
}

func TestChoose(t *testing.T) {
	generic, avx2 := &Kernels{ISA: Generic}, &Kernels{ISA: AVX2}
	tables := []*Kernels{generic, avx2}
	for _, c := range []struct {
		name    string
		want    *Kernels
		failure string
	}{
		{"", avx2, ""},
		{"generic", generic, ""},
		{"avx2", avx2, ""},
		{"avx512", avx2, "SDRM_ISA: this program on this CPU has no avx512 kernels; the best it has is avx2"},
		{"sse", avx2, `SDRM_ISA: unknown instruction set "sse": expected one of ["generic" "avx2" "avx512" "neon"]`},
	} {
		got, err := choose(c.name, tables)
		failure := ""
		if err != nil {
			failure = err.Error()
		}
		if got != c.want || failure != c.failure {
			t.Errorf("choose(%q) = %v, %q, want %v, %q", c.name, got.ISA, failure, c.want.ISA, c.failure)
		}
	}
}

func TestUse(t *testing.T) {
	before, generic := Current(), Available()[0]
	restore := Use(generic)
	if Current() != generic {
		t.Error("Use did not change the current table")
	}
	restore()
	if Current() != before {
		t.Error("restore did not bring the former table back")
	}
}

func TestAvailable(t *testing.T) {
	tables := Available()
	if tables[0].ISA != Generic {
		t.Errorf("the first table is %v's", tables[0].ISA)
	}
	tables[0] = nil
	if Available()[0] == nil {
		t.Error("Available hands out its own slice")
	}
	if os.Getenv(environment) == "" && Current() != Available()[len(tables)-1] {
		t.Errorf("%v is in use, not the best table", Current().ISA)
	}
	if Err() == nil && os.Getenv(environment) != "" && Current().ISA.String() != os.Getenv(environment) {
		t.Errorf("%v is in use, %s is %s", Current().ISA, environment, os.Getenv(environment))
	}
}

// TestRequiredISA fails where the machine that a test run was meant for lacks
// the instruction set, so that its tests are not silently left out.
func TestRequiredISA(t *testing.T) {
	name := os.Getenv("SDRM_REQUIRE_ISA")
	if name == "" {
		t.Skip("SDRM_REQUIRE_ISA is not set")
	}
	isa, err := parseISA(name)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(Available(), func(k *Kernels) bool { return k.ISA == isa }) {
		t.Fatalf("no %v kernels on this machine", isa)
	}
}

func ExampleCurrent() {
	k := Current()
	momentum := []float32{1, 2, 3}
	k.Axpy(momentum, 0.5, []float32{2, 4, 8})
	fmt.Println(momentum)
	// Output: [2 4 7]
}
