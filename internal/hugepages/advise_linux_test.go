package hugepages

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// TestAdvise reads from the kernel which memory it was asked for.
func TestAdvise(t *testing.T) {
	for _, c := range []struct {
		floats int
		want   bool
	}{{0, false}, {1, false}, {least/4 - 1, false}, {8 << 20, true}, {8<<20 + 3, true}} {
		x := make([]float32, c.floats)
		Advise(x)
		if got := asked(t, x); got != c.want {
			t.Errorf("%d floats: huge pages are asked for: %v, want %v", c.floats, got, c.want)
		}
		for i := range x {
			if x[i] != 0 {
				t.Fatalf("%d floats: element %d is %v after Advise, want 0", c.floats, i, x[i])
			}
		}
	}
}

// asked tells whether the mapping that holds the middle of x has the kernel's flag
// "hg", for which proc_pid_smaps(5) gives the names.
func asked(t *testing.T, x []float32) bool {
	if len(x) == 0 {
		return false
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip("no /proc:", err)
	}
	defer f.Close()
	at := uint64(uintptr(unsafe.Pointer(&x[len(x)/2])))
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uint64
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			inside = from <= at && at < to
		} else if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && inside {
			return strings.Contains(flags+" ", " hg ")
		}
	}
	t.Skip("the kernel does not tell the flags of memory")
	return false
}
