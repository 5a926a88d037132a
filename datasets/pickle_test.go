package datasets

import (
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"sdrm/internal/heap"
	"slices"
	"strings"
	"testing"
)

// le is a little-endian number of 4 bytes.
func le(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

// pickleOf returns the pickle of a dictionary with an array under data and lists
// of labels, as Python 2 wrote CIFAR's, or as Python 3 does in protocol 4.
func pickleOf(modern bool, shape [2]int, columns bool, data string, labels map[string][]byte) string {
	var b strings.Builder
	put := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
	}
	order := "\x89"
	if columns {
		order = "\x88"
	}
	key := func(name string) { put("U", string(byte(len(name))), name, "q\x01") }
	put("\x80\x02}q\x00(")
	if modern {
		b.Reset()
		put("\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00}\x94(")
		key = func(name string) { put("C", string(byte(len(name))), name, "\x94") }
	}
	key("data")
	shaped := "J" + le(shape[0]) + "M\x00\x0c\x86"
	if shape[1] != 3072 {
		shaped = "J" + le(shape[0]) + "J" + le(shape[1]) + "\x86"
	}
	if modern {
		put("\x8c\x15numpy.core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01",
			shaped, "\x94h\x05\x8c\x05dtype\x94\x93\x94\x8c\x02u1\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01|\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94b", order, "B", le(len(data)), data, "\x94t\x94b")
	} else {
		put("cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85q\x04U\x01bq\x05\x87Rq\x06(K\x01",
			shaped, "q\x07cnumpy\ndtype\nq\x08U\x02u1q\x09K\x00K\x01\x87Rq\x0a(K\x03U\x01|q\x0bNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb", order, "T", le(len(data)), data, "tb")
	}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		key(name)
		put("](")
		for _, label := range labels[name] {
			put("K", string(label&0x7f))
		}
		put("e")
	}
	put("u.")
	return b.String()
}

func TestPickledCIFAR(t *testing.T) {
	one, two := cifarImage(0, 3)[1:], cifarImage(0, 90)[1:]
	rows := string(one) + string(two)
	columns := make([]byte, len(rows))
	for i := range one {
		columns[2*i], columns[2*i+1] = one[i], two[i]
	}
	for _, modern := range []bool{false, true} {
		for order, data := range []string{rows, string(columns)} {
			pickle := pickleOf(modern, [2]int{2, 3072}, order == 1, data, map[string][]byte{"labels": {7, 2}, "fine_labels": {7, 2}, "coarse_labels": {19, 0}})
			for _, c := range []*cifar{&cifar10, &cifar100} {
				pixels, labels := make([]uint8, len(rows)), make([]int, 2)
				if err := c.readBatch(pickle, 2, pixels, labels); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(labels, []int{7, 2}) {
					t.Errorf("labels %v", labels)
				}
				for i, seed := range []byte{3, 90} {
					for k, v := range pixels[i*3072:][:3072] {
						if want := seed + byte(7*(k/3)+50*(k%3)); v != want {
							t.Fatalf("modern %v, order %d, image %d: byte %d is %d, want %d", modern, order, i, k, v, want)
						}
					}
				}
			}
		}
	}
}

func TestPickledCIFARErrors(t *testing.T) {
	image := strings.Repeat("x", 3072)
	labels := func(l ...byte) map[string][]byte { return map[string][]byte{"labels": l} }
	good := pickleOf(false, [2]int{1, 3072}, false, image, labels(3))
	for _, c := range []struct{ name, pickle, want string }{
		{"empty", "", "pickle: byte 0: truncated"},
		{"truncated", good[:len(good)/2], "truncated"},
		{"no end", good[:len(good)-1], "truncated"},
		{"longer", good + "N", "the end, but not of the file"},
		{"no dictionary", "\x80\x02N.", "pickle: not a dictionary"},
		{"protocol 0", "(dp0\n.", `byte 1: instruction 0x64 ('d')`},
		{"protocol 5", "\x80\x05}.", "byte 0: protocol 5, want 2 to 4"},
		{"code", "\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.", `byte 2: it asks for "os.system", which is not what data need`},
		{"modern code", "\x80\x04\x8c\x08builtins\x8c\x04eval\x93.", `it asks for "builtins.eval"`},
		{"persistent object", "\x80\x02U\x01xQ.", `instruction 0x51 ('Q')`},
		{"extension", "\x80\x02\x82\x01.", "instruction 0x82"},
		{"object", "\x80\x02cnumpy\nndarray\n)\x81.", "instruction 0x81"},
		{"call", "\x80\x02cnumpy\nndarray\n)R.", "an instruction without its operands"},
		{"stack", "\x80\x02tb.", "byte 2: an instruction without its operands"},
		{"memo", "\x80\x02h\x05.", "object 5 is named before it is there"},
		{"key", "\x80\x02}K\x01K\x02s.", "a key that is no text"},
		{"long text", "\x80\x02\x8e\xff\xff\xff\xff\xff\xff\xff\xffx.", "truncated"},
		{"type", strings.Replace(good, "u1", "i8", 1), "an array of other numbers than u1"},
		{"objects", strings.Replace(good, "u1", "O8", 1), "an array of other numbers than u1"},
		{"shape", pickleOf(false, [2]int{2, 3072}, false, image, labels(3)), "an array of shape [2 3072] with 3072 bytes"},
		{"negative", pickleOf(false, [2]int{-1, 3072}, false, image, labels(3)), "an array's shape is no shape"},
		{"flat", pickleOf(false, [2]int{3072, 1}, false, image, labels(3)), "pickle: data: not an array of 1×3072 bytes"},
		{"count", pickleOf(true, [2]int{1, 3072}, false, image, labels(3, 4)), "pickle: labels: not a list of 1 labels"},
		{"label", pickleOf(true, [2]int{1, 3072}, false, image, labels(10)), "pickle: labels: item 0: label 10, want 0 to 9"},
		{"CIFAR-100", pickleOf(true, [2]int{1, 3072}, false, image, map[string][]byte{"fine_labels": {3}}), "pickle: labels: not a list"},
		{"text label", strings.Replace(good, "K\x03e", "U\x00e", 1), "pickle: labels: item 0: not a number"},
		{"steps", "\x80\x02" + strings.Repeat("N", mostPickleSteps), "pickle: more than 500000 steps"},
	} {
		err := cifar10.readBatch(c.pickle, 1, make([]uint8, 3072), make([]int, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestLoadPickledCIFAR10(t *testing.T) {
	dir := t.TempDir()
	labels := make([]byte, 10000)
	labels[1] = 8
	data := make([]byte, 10000*3072)
	data[3072] = 200
	pickle := []byte(pickleOf(true, [2]int{10000, 3072}, false, string(data), map[string][]byte{"labels": labels}))
	inner := filepath.Join(dir, "cifar-10-batches-py")
	write(t, pickle, inner, "test_batch")
	s := source(t, "cifar10")
	for _, from := range []string{dir, inner} {
		if where, found := s.Locate(from); where != inner || !found {
			t.Errorf("located %s, %v", where, found)
		}
		set, err := s.Load(t.Context(), from, Test, Part{Images: 5})
		if err != nil || set.Labels[1] != 8 || set.Image(1)[0] != 200 || set.Len() != 5 {
			t.Errorf("error %v", err)
		}
	}
	wantError(t, "cifar10", dir, Train, "data_batch_1: file does not exist; want the binary version of CIFAR-10 (or that for Python) in")
	write(t, bytes.Repeat([]byte{0}, 33_280_001), inner, "test_batch")
	wantError(t, "cifar10", dir, Test, "test_batch: found 33280001 bytes, want at most 33280000")
	// The binary version goes before that for Python.
	writeCIFARFile(t, filepath.Join(dir, "test_batch.bin"), cifarFileSize, cifarImage(5, 5))
	if set, err := s.Load(t.Context(), dir, Test, Part{Images: 1}); err != nil || set.Labels[0] != 5 {
		t.Errorf("error %v", err)
	}
	// A folder called train is not CIFAR-100's file.
	if err := os.Mkdir(filepath.Join(dir, "train"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, found := source(t, "cifar100").Locate(dir); found {
		t.Error("a folder is taken for CIFAR-100")
	}
}

// The worst pickles are refused in little memory.
func TestPicklesRefusedInLittleMemory(t *testing.T) {
	for _, piece := range []string{"N", "]", "}", ")", "(", "K\x01", "U\x00", "}\x94", "(t", "]\x94h\x00a", "(NNt", "}(U\x00Nu", "N\x85"} {
		file := "\x80\x02" + strings.Repeat(piece, mostPickleSteps)
		var err error
		taken := heap.Taken(func() { _, err = readPickle(file) })
		if err == nil || taken > heap.Most+heap.Most/8 { // with the slices that were too short, and are held no more
			t.Errorf("%q: %d bytes taken, error %v", piece, taken, err)
		}
	}
}

func FuzzPickle(f *testing.F) {
	for _, modern := range []bool{false, true} {
		f.Add(pickleOf(modern, [2]int{2, 3}, false, "abcdef", map[string][]byte{"labels": {1, 2}}))
	}
	f.Add("\x80\x02}U\x01a]q\x01h\x01es.")
	f.Add("\x80\x04]\x94h\x00a.")
	f.Add("(((ttt.")
	f.Fuzz(func(t *testing.T, data string) {
		object, err := readPickle(data)
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "pickle: ") || strings.Contains(text, "\n") {
				t.Fatalf("error %q", text)
			}
			return
		}
		dict, _ := object.(pickleDict)
		for _, v := range dict {
			if array, is := v.(*pickleArray); is && len(array.shape) > 0 {
				all := 1
				for _, n := range array.shape {
					all *= n
				}
				if all != len(array.data) {
					t.Fatalf("an array of shape %v with %d bytes", array.shape, len(array.data))
				}
			}
		}
	})
}
