package conform

import (
	"strings"
	"testing"
	"unsafe"

	"sdrm/asm"
)

// broken returns the generic table with something wrong in it.
func broken(change func(k *asm.Kernels)) *asm.Kernels {
	k := *asm.Available()[0]
	change(&k)
	return &k
}

// after returns the element after the end of x.
func after(x []float32) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), 4*len(x)))
}

func TestWrongKernelsAreFound(t *testing.T) {
	add := asm.Available()[0].Add
	for _, c := range []struct {
		name   string
		change func(k *asm.Kernels)
		want   string
	}{
		{"wrong last element", func(k *asm.Kernels) {
			k.Add = func(dst, x, y []float32) {
				add(dst, x, y)
				if len(dst) == 257 {
					dst[256]++
				}
			}
		}, "n=257 c=0, slice 0 of 3"},
		{"an input is changed", func(k *asm.Kernels) {
			k.Add = func(dst, x, y []float32) {
				add(dst, x, y)
				if len(y) == 3 {
					y[1] = 7
				}
			}
		}, "n=3 c=0, slice"},
		{"aliasing is not allowed for", func(k *asm.Kernels) {
			k.Add = func(dst, x, y []float32) {
				clear(dst)
				add(dst, x, y)
			}
		}, "same=[0 1]"},
		{"sign of zero", func(k *asm.Kernels) {
			k.Add = func(dst, x, y []float32) {
				add(dst, x, y)
				for i := range dst {
					dst[i] += 0
				}
			}
		}, "want -0x0p+00"},
	} {
		t.Run(c.name, func(t *testing.T) { sweepFails(t, broken(c.change), c.want) })
	}
}

func TestReadingOutsideIsFound(t *testing.T) {
	if !Guarded {
		t.Skip("this system has no guard pages")
	}
	add := asm.Available()[0].Add
	var sink float32
	sweepFails(t, broken(func(k *asm.Kernels) {
		k.Add = func(dst, x, y []float32) {
			add(dst, x, y)
			sink += *after(y)
		}
	}), "touches memory outside its slices")
}

func sweepFails(t *testing.T, k *asm.Kernels, want string) {
	t.Helper()
	m, err := NewMemory()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := Elementwise[0].Sweep(m, k); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}

func TestWrongGemmIsFound(t *testing.T) {
	m, err := NewMemory()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	gemm := asm.Available()[0].Gemm
	accumulates := func(kc int, a []float32, rsA, csA int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
		gemm(kc, a, rsA, csA, b, ldb, c, ldc, true)
	}
	for name, k := range map[string]*asm.Kernels{
		"Gemm":  broken(func(k *asm.Kernels) { k.Gemm = accumulates }),
		"Edges": broken(func(k *asm.Kernels) { k.Edges = []asm.Tile{{Rows: k.MR, Gemm: accumulates}} }),
	} {
		if err := SweepGemm(m, k); err == nil || !strings.Contains(err.Error(), "accumulate=false") {
			t.Errorf("%s: error %v, want one with accumulate=false", name, err)
		}
	}
}

func TestOtherResultsChangeTheHash(t *testing.T) {
	k := broken(func(k *asm.Kernels) { k.Add = k.Max })
	if err := Elementwise[0].CheckGolden(k); err == nil || !strings.Contains(err.Error(), "generic Add: the hash") {
		t.Errorf("error %v, want one about the hash of generic Add", err)
	}
	if err := Elementwise[0].CheckGolden(asm.Available()[0]); err != nil {
		t.Error(err)
	}
}
