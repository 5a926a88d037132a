package weights

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/models"
)

func newModel(t *testing.T, seed uint64) *models.Model {
	t.Helper()
	m, err := models.New("vgg5", 3, 10, seed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestExportedWeightsAreImportedBitForBit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.safetensors")
	m, other := newModel(t, 1), newModel(t, 2)
	if err := Export(path, m); err != nil {
		t.Fatal(err)
	}
	if Digest(m.Entries()) == Digest(other.Entries()) {
		t.Fatal("two seeds gave the same weights")
	}
	if err := Import(path, other); err != nil {
		t.Fatal(err)
	}
	if Digest(m.Entries()) != Digest(other.Entries()) {
		t.Error("the imported weights are others")
	}
}

func TestImportIsStrict(t *testing.T) {
	type list = []safetensors.Tensor
	for _, c := range []struct {
		name   string
		change func(list) list
		want   string
	}{
		{"missing", func(l list) list { return l[1:] }, `"classifier.bias" is missing`},
		{"unexpected", func(l list) list {
			return append(l, safetensors.Tensor{Name: "extra", Shape: []int{1}, F32: []float32{1}})
		}, `"extra" is not part of model vgg5`},
		{"prefix", func(l list) list {
			for i := range l {
				l[i].Name = "module." + l[i].Name
			}
			return l
		}, `"module.classifier.bias" is not part of model vgg5, want "classifier.bias", without "module." before each name`},
		{"shape", func(l list) list {
			l[0].Shape = []int{1, 10}
			return l
		}, `"classifier.bias" is F32 [1 10], want F32 [10]`},
		{"type", func(l list) list {
			l[0] = safetensors.Tensor{Name: l[0].Name, Shape: []int{10}, I64: make([]int64, 10)}
			return l
		}, `"classifier.bias" is I64 [10], want F32 [10]`},
		{"NaN", func(l list) list {
			l[0].F32[3] = float32(math.NaN())
			return l
		}, `tensor "classifier.bias": element 3 is NaN, want a finite number`},
		{"infinity", func(l list) list {
			l[1].F32[0] = float32(math.Inf(-1))
			return l
		}, `tensor "classifier.weight": element 0 is -Inf, want a finite number`},
		{"long name", func(l list) list {
			l[0].Name = strings.Repeat("x", 257)
			return l
		}, `…: its name has 257 bytes, want at most 256`},
		{"counter", func(l list) list {
			i := slices.IndexFunc(l, func(t safetensors.Tensor) bool { return t.I64 != nil })
			l[i].I64 = []int64{1 << 40}
			return l
		}, "is 1099511627776, want 0 to 16777216"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(t, 1)
			before := Digest(m.Entries())
			path := filepath.Join(t.TempDir(), "w.safetensors")
			tensors := c.change(Tensors(newModel(t, 2).Entries()))
			err := atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, nil, tensors) })
			if err != nil {
				t.Fatal(err)
			}
			err = Import(path, m)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path) {
				t.Errorf("error %v, want one with %s and %q", err, path, c.want)
			}
			if Digest(m.Entries()) != before {
				t.Error("the model was changed")
			}
		})
	}
}

// FuzzImport reads damaged copies of a good file: whatever they say, the
// model is as it was unless all of them is read.
func FuzzImport(f *testing.F) {
	m, err := models.New("vgg5", 3, 10, 1)
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(f.TempDir(), "w.safetensors")
	if err := Export(path, m); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	before := Digest(m.Entries())
	f.Add(uint16(0), []byte{0xff})
	f.Add(uint16(8), []byte("[]"))
	f.Add(uint16(40), []byte("F64"))
	f.Fuzz(func(t *testing.T, at uint16, damage []byte) {
		bad := slices.Clone(good)
		copy(bad[min(int(at), 4096):], damage[:min(len(damage), 64)])
		file := filepath.Join(t.TempDir(), "bad.safetensors")
		if err := os.WriteFile(file, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := Import(file, m); err != nil {
			if Digest(m.Entries()) != before {
				t.Fatalf("the model was changed in spite of error %v", err)
			}
			return
		}
		if err := Import(path, m); err != nil || Digest(m.Entries()) != before {
			t.Fatalf("the good file gives other weights, error %v", err)
		}
	})
}

// The digest is that of a plain byte string, put together here by hand.
func TestDigestIsAsDescribed(t *testing.T) {
	m, err := models.New("vgg5", 3, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	entries := slices.Clone(m.Entries())
	slices.Reverse(entries) // the order of the arguments must not matter
	tensors := Tensors(entries)
	var b bytes.Buffer
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	for i, x := range tensors {
		if i > 0 && x.Name <= tensors[i-1].Name {
			t.Fatalf("%q after %q", x.Name, tensors[i-1].Name)
		}
		put(int64(len(x.Name)))
		b.WriteString(x.Name)
		put(int64(len(x.Shape)))
		for _, d := range x.Shape {
			put(int64(d))
		}
		put(x.F32)
		put(x.I64)
	}
	sum := sha256.Sum256(b.Bytes())
	if got, want := Digest(m.Entries()), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}
