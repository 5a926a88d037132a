package asm_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"sdrm/asm"
	"sdrm/asm/conform"
)

var update = flag.Bool("update", false, "write the golden hashes of the definitions")

// cases are all of conform's.
var cases = func() (all []conform.Case) {
	for _, f := range conform.Families {
		all = append(all, f.Cases...)
	}
	return all
}()

// newMemory returns memory that is given back when the test ends.
func newMemory(t testing.TB) *conform.Memory {
	t.Helper()
	m, err := conform.NewMemory()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestKernels(t *testing.T) {
	for _, k := range asm.Available() {
		t.Run(k.ISA.String(), func(t *testing.T) {
			m := newMemory(t)
			for _, kc := range cases {
				t.Run(kc.Name, func(t *testing.T) {
					if err := kc.Sweep(m, k); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

// TestGolden compares what all kernels compute with what the generic ones did
// when the golden hashes were written (-update writes them).
func TestGolden(t *testing.T) {
	if *update {
		var list strings.Builder
		for _, kc := range cases {
			fmt.Fprintf(&list, "%s %s\n", kc.Name, kc.Hash(asm.Available()[0]))
		}
		if err := os.WriteFile("conform/golden.txt", []byte(list.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, k := range asm.Available() {
		for _, kc := range cases {
			if err := kc.CheckGolden(k); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestTablesAreComplete checks that every table has every kernel, and that
// every kernel but Gemm and its Edges, which have a test of their own, is among the
// cases.
func TestTablesAreComplete(t *testing.T) {
	tested := map[string]bool{"Gemm": true}
	for _, kc := range cases {
		tested[kc.Name] = true
	}
	for _, k := range asm.Available() {
		var visit func(prefix string, v reflect.Value)
		visit = func(prefix string, v reflect.Value) {
			for i := range v.NumField() {
				name, field := prefix+v.Type().Field(i).Name, v.Field(i)
				switch field.Kind() {
				case reflect.Struct:
					visit(name+".", field)
				case reflect.Func:
					if field.IsNil() {
						t.Errorf("%v: %s is nil", k.ISA, name)
					}
					if !tested[name] {
						t.Errorf("%s has no row in the tests", name)
					}
				}
			}
		}
		visit("", reflect.ValueOf(*k))
	}
}

// TestKernelsDoNotAllocate runs every kernel of every table once more.
func TestKernelsDoNotAllocate(t *testing.T) {
	for _, k := range asm.Available() {
		for _, kc := range cases {
			s := kc.Shapes[len(kc.Shapes)-1] // the first have no rows
			a := kc.Fill(s, func() float32 { return 0 })
			if n := testing.AllocsPerRun(3, func() { kc.Run(k, s, a) }); n != 0 {
				t.Errorf("%v: %s allocates %v times", k.ISA, kc.Name, n)
			}
		}
	}
}
