package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sdrm/internal/heap"
)

func encode(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func open(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

func TestRoundTrip(t *testing.T) {
	long := make([]float32, 20_000) // more than one buffer
	for i := range long {
		long[i] = float32(i) * 0.25
	}
	tensors := []Tensor{
		{Name: "features.0.weight", Shape: []int{2, 1, 3}, F32: []float32{1, -2, 0, float32(math.Inf(1)), math.SmallestNonzeroFloat32, -0.5}},
		{Name: "count", Shape: []int{}, I64: []int64{math.MinInt64}},
		{Name: "empty", Shape: []int{0, 7}, F32: []float32{}},
		{Name: "long \"quoted\" ü", Shape: []int{100, 200}, F32: long},
	}
	metadata := map[string]string{"format": "pt", "epoch": "3"}
	var b bytes.Buffer
	if err := Write(&b, metadata, tensors); err != nil {
		t.Fatal(err)
	}
	f, err := open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(metadata, f.Metadata); d != "" {
		t.Error("metadata", d)
	}
	if len(f.Tensors) != len(tensors) {
		t.Fatalf("%d tensors, want %d", len(f.Tensors), len(tensors))
	}
	for _, want := range tensors {
		got := Tensor{Name: want.Name, Shape: want.Shape}
		if want.I64 != nil {
			got.I64 = make([]int64, len(want.I64))
			err = f.ReadI64(want.Name, want.Shape, got.I64)
		} else {
			got.F32 = make([]float32, len(want.F32))
			err = f.ReadF32(want.Name, want.Shape, got.F32)
		}
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", want.Name, d)
		}
	}
}

// The file in testdata was written in Python from the format's description.
func TestReadsTheFormatAsDescribed(t *testing.T) {
	f, err := Open(filepath.Join("testdata", "reference.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := make([]float32, 6)
	if err := f.ReadF32("w", []int{2, 3}, got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float32{0, 0.5, 1, 1.5, 2, 2.5}, got); d != "" {
		t.Error(d)
	}
	count := make([]int64, 1)
	if err := f.ReadI64("n", []int{}, count); err != nil {
		t.Fatal(err)
	}
	if count[0] != 1<<40 {
		t.Errorf("n = %d, want %d", count[0], int64(1)<<40)
	}
}

func TestHostileFiles(t *testing.T) {
	w := `{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "has 0 bytes"},
		{"short length", []byte{1, 2, 3}, "has 3 bytes"},
		{"a length alone", encode("", 0), "has 8 bytes, want safetensors, of at least 10"},
		{"header longer than file", append(binary.LittleEndian.AppendUint64(nil, 9), "{}"...), "claims a header of 9 bytes, want 2 to 2"},
		{"header of 2^64-1 bytes", append(binary.LittleEndian.AppendUint64(nil, math.MaxUint64), "{}"...), "bytes, want 2 to 2"},
		{"no header", encode("", 2), "claims a header of 0 bytes"},
		{"zip", []byte("PK\x03\x04\x00\x00\x08\x08 and so on"), "is a zip or a pickle, as torch.save writes them, want safetensors; of a state_dict: python3 -c"},
		{"pickle", []byte("\x80\x02\x8a\nl\xfc\x9cF and so on"), "is a zip or a pickle"},
		{"not an object", encode("[1]", 0), "does not begin with {"},
		{"not JSON", encode(`{"w"`, 0), "header:"},
		{"key without value", encode(`{"w":}`, 0), "header:"},
		{"rest after object", encode(`{}x`, 0), "1 bytes follow"},
		{"truncated data", encode(w, 7), "has 7 bytes of data, its header describes 8"},
		{"oversized data", encode(w, 9), "has 9 bytes of data, its header describes 8"},
		{"unknown type", encode(`{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, 4), `dtype "BF16", want F32 or I64`},
		{"no shape", encode(`{"w":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "has no shape"},
		{"negative dimension", encode(`{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "negative dimension"},
		{"fraction as dimension", encode(`{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, 4), "header:"},
		{"huge shape", encode(`{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}`, 4), "too large"},
		{"shape whose bytes overflow", encode(`{"w":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}`, 0), "do not hold"},
		{"shape and length differ", encode(`{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`, 8), "do not hold shape [3]"},
		{"length no multiple", encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}`, 9), "do not hold"},
		{"one offset", encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}`, 8), "1 data_offsets, want 2"},
		{"offsets reversed", encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}`, 8), "do not hold"},
		{"negative offset", encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}`, 8), "do not hold"},
		{"hole at the start", encode(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "begins at byte 4 of the data, want 0"},
		{"hole", encode(`{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`, 12), "want 4"},
		{"overlap", encode(`{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12), "want 8"},
		{"same name twice", encode(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, 0), "appears twice"},
		{"a field twice", encode(`{"w":{"dtype":"I64","dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, 0), `tensor "w": "dtype" appears twice`},
		{"a field in capitals", encode(`{"w":{"DTYPE":"F32","shape":[0],"data_offsets":[0,0]}}`, 0), `tensor "w": "DTYPE", want dtype`},
		{"a tensor that is a list", encode(`{"w":[]}`, 0), `tensor "w": found [, want an object`},
		{"metadata twice", encode(`{"__metadata__":{"format":"pt","format":"np"}}`, 0), `"__metadata__": "format" appears twice`},
		{"metadata of numbers", encode(`{"__metadata__":{"a":1}}`, 0), "__metadata__"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "w.safetensors")
	if err := os.WriteFile(path, encode(`{}`, 1), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, dir, filepath.Join(dir, "absent")} {
		if _, err := Open(p); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("Open(%s): error %v does not name it", p, err)
		}
	}
}

func TestReadChecksTypeAndShape(t *testing.T) {
	f, err := open(encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"missing", f.ReadF32("v", []int{2}, make([]float32, 2)), `tensor "v" is missing`},
		{"other shape", f.ReadF32("w", []int{1, 2}, make([]float32, 2)), "is F32 [2], want F32 [1 2]"},
		{"other type", f.ReadI64("w", []int{2}, make([]int64, 2)), "is F32 [2], want I64 [2]"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, c.err, c.want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		tensors []Tensor
		want    string
	}{
		{"same name", []Tensor{{Name: "w", Shape: []int{0}}, {Name: "w", Shape: []int{0}}}, "used twice"},
		{"wrong length", []Tensor{{Name: "w", Shape: []int{2}, F32: make([]float32, 3)}}, "do not fill"},
		{"reserved name", []Tensor{{Name: metadataKey, Shape: []int{0}}}, "used twice"},
	} {
		var b bytes.Buffer
		if err := Write(&b, nil, c.tensors); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("%s: error %v after %d bytes, want %q and none", c.name, err, b.Len(), c.want)
		}
	}
}

// limited fails once it has taken n bytes, as a full disk does.
type limited struct{ n int }

var errFull = errors.New("full")

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.n {
		return 0, errFull
	}
	l.n -= len(b)
	return len(b), nil
}

func TestWriteReportsEveryShortWrite(t *testing.T) {
	tensors := []Tensor{{Name: "w", Shape: []int{9000}, F32: make([]float32, 9000)}}
	var whole bytes.Buffer
	if err := Write(&whole, nil, tensors); err != nil {
		t.Fatal(err)
	}
	for n := 0; n < whole.Len(); n += 997 {
		if err := Write(&limited{n}, nil, tensors); !errors.Is(err, errFull) {
			t.Fatalf("room for %d bytes: error %v, want %v", n, err, errFull)
		}
	}
	if err := Write(io.Discard, nil, tensors); err != nil {
		t.Error(err)
	}
}

// The worst headers of the longest length are refused in little memory.
func TestRefusedInLittleMemory(t *testing.T) {
	list := func(begin, format string) []byte {
		b := []byte(begin)
		for i := 0; len(b) < maxHeader-400; i++ {
			b = fmt.Appendf(b, format, i)
		}
		return encode(string(b)+`"":0}`, 64)
	}
	for _, file := range [][]byte{
		encode(strings.Repeat(" ", maxHeader+1), 0), encode(strings.Repeat("\x00", maxHeader), 0), encode("{"+strings.Repeat("[", maxHeader-1), 0),
		list("{", `"%d":{"dtype":"F32","shape":[],"data_offsets":[0,0]},`), list("{", `"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},`),
		list(`{"__metadata__":{`, `"%d":"",`), list(`{"a":{"shape":[`, `%d,`), list(`{"a":"`, `%d\u0000`), list("{", `"%0255d":0,`), list("{", `"%0300d":0,`),
	} {
		var err error
		taken := heap.Taken(func() { _, err = open(file) })
		if err == nil || taken > heap.Most {
			t.Errorf("%.60q…: %d bytes taken, error %.100v", file, taken, err)
		}
	}
}

// Whatever the bytes, opening fails or gives tensors that can be read and,
// written again, read the same.
func FuzzOpen(f *testing.F) {
	f.Add(encode(`{}`, 0))
	f.Add(encode(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8))
	f.Add(encode(`{"__metadata__":{"a":"b"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}`, 8))
	f.Add(encode(`{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`, 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil || len(b) > maxHeader/6 { // written again, a header may grow by that
			return
		}
		var tensors []Tensor
		for _, info := range file.Tensors {
			n, err := elements(info.Shape)
			if err != nil || n > int64(len(b)) {
				t.Fatalf("shape %v in a file of %d bytes", info.Shape, len(b))
			}
			out := Tensor{Name: info.Name, Shape: info.Shape}
			if info.DType == I64 {
				out.I64 = make([]int64, n)
				err = file.ReadI64(info.Name, info.Shape, out.I64)
			} else {
				out.F32 = make([]float32, n)
				err = file.ReadF32(info.Name, info.Shape, out.F32)
			}
			if err != nil {
				t.Fatal(err)
			}
			tensors = append(tensors, out)
		}
		var again bytes.Buffer
		if err := Write(&again, file.Metadata, tensors); err != nil {
			t.Fatal(err)
		}
		if _, err := open(again.Bytes()); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}
