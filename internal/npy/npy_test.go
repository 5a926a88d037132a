package npy

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/internal/heap"
)

// equal compares arrays by their bits.
func equal(a, b Array) bool {
	if !cmp.Equal(a.Shape, b.Shape) || len(a.Data) != len(b.Data) {
		return false
	}
	for i, v := range a.Data {
		if math.Float32bits(v) != math.Float32bits(b.Data[i]) {
			return false
		}
	}
	return true
}

var (
	matrix = Array{[]int{2, 3}, []float32{-0.5, -0.25, 0, 0.25, 0.5, 0.75}}
	edges  = Array{[]int{7}, []float32{
		0, float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32, float32(math.Inf(1)), float32(math.Inf(-1)),
		math.MaxFloat32, math.Float32frombits(0x7fc00000),
	}}
)

func reference(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read reads the .npy file that b is.
func read(b []byte) (Array, error) {
	r := bytes.NewReader(b)
	shape, n, err := readHead(r, int64(len(b)))
	if err != nil {
		return Array{}, err
	}
	a := Array{shape, make([]float32, n)}
	return a, readElements(r, a.Data)
}

// readAll reads all arrays of the .npz file that b is.
func readAll(b []byte) ([]Named, error) {
	f, err := NewFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	arrays := make([]Named, len(f.Arrays))
	for i, info := range f.Arrays {
		if arrays[i].Array, err = f.Read(i); err != nil {
			return nil, err
		}
		arrays[i].Name = info.Name
	}
	return arrays, nil
}

// The files of testdata were written by NumPy; see reference.py.
func TestSameBytesAsNumPy(t *testing.T) {
	for name, want := range map[string]Array{
		"matrix.npy": matrix, "edges.npy": edges,
		"scalar.npy": {[]int{}, []float32{2.5}}, "empty.npy": {[]int{0, 7}, nil},
	} {
		b := reference(t, name)
		got, err := read(b)
		if err != nil || !equal(got, want) {
			t.Errorf("%s: read %v, error %v, want %v", name, got, err, want)
		}
		var w bytes.Buffer
		if err := write(&w, want); err != nil || !bytes.Equal(w.Bytes(), b) {
			t.Errorf("%s: wrote %q, error %v, want %q", name, w.Bytes(), err, b)
		}
	}
}

func TestReadsArchivesOfNumPy(t *testing.T) {
	for name, want := range map[string][]Named{
		"stored.npz":   {{"matrix", matrix}, {"edges", edges}},
		"deflated.npz": {{"matrix", matrix}, {"zeros", Array{[]int{300, 100}, make([]float32, 30000)}}},
	} {
		got, err := readAll(reference(t, name))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %d arrays, error %v, want %d", name, len(got), err, len(want))
		}
		for i, a := range got {
			if a.Name != want[i].Name || !equal(a.Array, want[i].Array) {
				t.Errorf("%s: array %d is %q %v, want %q %v", name, i, a.Name, a.Shape, want[i].Name, want[i].Shape)
			}
		}
	}
}

func TestArchiveRoundTrip(t *testing.T) {
	arrays := []Named{{"s1_benign", matrix}, {"s1 malicious", edges}}
	var w, again bytes.Buffer
	for _, b := range []*bytes.Buffer{&w, &again} {
		if err := WriteZip(b, arrays); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(w.Bytes(), again.Bytes()) {
		t.Error("the same arrays give different bytes")
	}
	got, err := readAll(w.Bytes())
	if err != nil || len(got) != 2 || got[1].Name != "s1 malicious" || !equal(got[0].Array, matrix) || !equal(got[1].Array, edges) {
		t.Errorf("read %v, error %v", got, err)
	}
}

func TestNumPyReadsArchives(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("needs NumPy for %s: %v", python, err)
	}
	path := filepath.Join(t.TempDir(), "latents.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := WriteZip(f, []Named{{"a", matrix}, {"b", edges}}); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `
import numpy, sys
z = numpy.load(sys.argv[1], allow_pickle=False)
print(z.files, z["a"].dtype, z["a"].tolist(), z["b"].tobytes().hex())`, path).CombinedOutput()
	const want = "['a', 'b'] float32 [[-0.5, -0.25, 0.0], [0.25, 0.5, 0.75]] " +
		"000000000000008001000000" + "0000807f" + "000080ff" + "ffff7f7f" + "0000c07f\n"
	if err != nil || string(out) != want {
		t.Errorf("NumPy found %q, error %v, want %q", out, err, want)
	}
}

// file returns a file of version 1 with the given header and bytes of data.
func file(header string, data int) []byte {
	b := append([]byte(magic+"\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	return append(append(b, header...), make([]byte, data)...)
}

func TestHostileFiles(t *testing.T) {
	long := binary.LittleEndian.AppendUint32([]byte(magic+"\x02\x00"), math.MaxUint32)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "unexpected EOF"},
		{"other format", []byte("PK\x03\x04aaaaaaaa"), "begins with"},
		{"version 9", []byte(magic + "\x09\x00\x00\x00"), "version 9"},
		{"no length", []byte(magic + "\x01\x00\x01"), "unexpected EOF"},
		{"header longer than file", []byte(magic + "\x01\x00\x05\x00{}"), "claims a header of 5 bytes, want at most 2"},
		{"header of 4 GB", append(long, '{'), "claims a header of 4294967295 bytes, want at most 1"},
		{"no dictionary", file("[]", 0), `found "[]", want "{"`},
		{"ends in it", file("{'descr'", 0), `want ":"`},
		{"text behind it", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", 4), "1 bytes follow"},
		{"code", file("{'descr': __import__('os'), }", 0), "want a string"},
		{"escape", file(`{'\x41': 1}`, 0), "want a string"},
		{"unknown key", file("{'descr': '<f4', 'axes': 1}", 0), `found key "axes"`},
		{"key twice", file("{'descr': '<f4', 'descr': '<f4'}", 0), `"descr" appears twice`},
		{"key missing", file("{'descr': '<f4', 'fortran_order': False}", 0), "shape is missing"},
		{"big endian", file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", 4), `descr is ">f4"`},
		{"objects", file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 4), `descr is "|O"`},
		{"negative dimension", file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", 4), "want a dimension"},
		{"fraction", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}", 4), `want ")"`},
		{"dimension beyond int64", file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", 4), "want a dimension"},
		{"product overflows", file("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 4), "too large"},
		{"bytes overflow", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976, 4)}", 0), "too large"},
		{"65 dimensions", file("{'descr': '<f4', 'fortran_order': False, 'shape': ("+strings.Repeat("1,", 65)+")}", 4), "more than 64"},
		{"too little data", file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 7), "has 7 bytes of data"},
		{"too much data", file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 12), "has 12 bytes of data"},
		{"huge without data", file("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}", 0), "has 0 bytes of data"},
		{"float64", reference(t, "double.npy"), "astype"},
		{"column-major", reference(t, "fortran.npy"), "ascontiguousarray"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := read(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// archive returns a ZIP file of one stored entry with a wrong sum that claims a size.
func archive(t testing.TB, name string, contents []byte, claimed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: 1, CompressedSize64: uint64(len(contents)), UncompressedSize64: claimed,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(contents)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileArchives(t *testing.T) {
	good := reference(t, "matrix.npy")
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"no archive", good, "zip:"},
		{"other entry", archive(t, "a.txt", good, uint64(len(good))), `entry "a.txt"`},
		{"no name", archive(t, ".npy", good, uint64(len(good))), `entry ".npy"`},
		{"claims too much", archive(t, "a.npy", good, 1<<40), "cannot hold"},
		{"wrong sum", archive(t, "a.npy", good, uint64(len(good))), "checksum"},
		{"no array", archive(t, "a.npy", []byte("text"), 4), `entry "a.npy"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readAll(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	for _, path := range []string{"testdata", "absent.npz", filepath.Join("testdata", "matrix.npy")} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v does not name %s", err, path)
		}
	}
}

// The worst archives are refused in little memory: they are long lists of entries,
// and arrays that are not there, before whose end nothing tells.
func TestRefusedInLittleMemory(t *testing.T) {
	list := func(entry func(i int) string, n int) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range n {
			if _, err := z.CreateRaw(&zip.FileHeader{Name: entry(i)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const claimed = 1 << 28
	var short bytes.Buffer
	w, err := flate.NewWriter(&short, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(file(fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d,)}%s", claimed/4, strings.Repeat(" ", 54)), 1<<20)) // 128 bytes before the data
	w.Close()
	short.Write(make([]byte, claimed/maxInflation))
	var missing bytes.Buffer
	z := zip.NewWriter(&missing)
	e, err := z.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CompressedSize64: uint64(short.Len()), UncompressedSize64: claimed + 128})
	if err != nil {
		t.Fatal(err)
	}
	e.Write(short.Bytes())
	z.Close()
	var stored bytes.Buffer
	z = zip.NewWriter(&stored)
	if e, err = z.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: zip.Store, CompressedSize64: 1 << 20, UncompressedSize64: claimed + 128}); err != nil {
		t.Fatal(err)
	}
	e.Write(file(fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d,)}%s", claimed/4, strings.Repeat(" ", 54)), 1<<20-128))
	z.Close()
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"many entries", list(func(i int) string { return fmt.Sprint(i) }, 300_000), "list of entries"},
		{"long names", list(func(i int) string { return strings.Repeat(fmt.Sprint(i), 10_000) }, 100), "list of entries"},
		{"elements that are not there", missing.Bytes(), `entry "a.npy"`},
		{"stored elements that are not there", stored.Bytes(), `entry "a.npy": claims`},
	} {
		taken := heap.Taken(func() { _, err = readAll(c.file) })
		if err == nil || !strings.Contains(err.Error(), c.want) || taken > heap.Most/8 {
			t.Errorf("%s: %d bytes taken, error %.200v, want one with %q", c.name, taken, err, c.want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"length", write(io.Discard, Array{[]int{2}, make([]float32, 3)}), "do not fill"},
		{"negative", write(io.Discard, Array{[]int{-2}, nil}), "negative"},
		{"name twice", WriteZip(io.Discard, []Named{{"a", matrix}, {"a", matrix}}), "used twice"},
		{"no name", WriteZip(io.Discard, []Named{{"", matrix}}), "empty"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, c.err, c.want)
		}
	}
}

// Whatever the bytes, reading fails or gives an array that, written again, reads
// the same.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"matrix.npy", "edges.npy", "scalar.npy", "empty.npy", "double.npy"} {
		f.Add(reference(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(b)
		if err != nil {
			return
		}
		var w bytes.Buffer
		if err := write(&w, a); err != nil {
			t.Fatal(err)
		}
		if again, err := read(w.Bytes()); err != nil || !equal(a, again) {
			t.Fatalf("%v was written and read as %v, error %v", a, again, err)
		}
	})
}

func FuzzReadZip(f *testing.F) {
	f.Add(reference(f, "stored.npz"))
	f.Add(reference(f, "deflated.npz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		arrays, err := readAll(b)
		if err != nil {
			return
		}
		for _, a := range arrays {
			if n, err := elements(a.Shape); err != nil || n != int64(len(a.Data)) {
				t.Fatalf("%d elements of shape %v", len(a.Data), a.Shape)
			}
		}
	})
}
