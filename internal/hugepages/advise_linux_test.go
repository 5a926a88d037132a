package hugepages

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// TestAdvise reads from the kernel what it was asked for. Of short memory nothing can
// be told: it may lie where long memory lay.
func TestAdvise(t *testing.T) {
	for _, floats := range []int{0, 1, least/4 - 1, 8 << 20, 8<<20 + 3} {
		x := make([]float32, floats)
		Advise(x)
		if 4*floats >= least && !asked(t, x) {
			t.Errorf("%d floats: huge pages are not asked for", floats)
		}
		for i := range x {
			if x[i] != 0 {
				t.Fatalf("%d floats: element %d is %v after Advise, want 0", floats, i, x[i])
			}
		}
	}
}

// asked tells whether the mapping that holds the middle of x has the kernel's flag
// "hg", for which proc_pid_smaps(5) gives the names.
func asked(t *testing.T, x []float32) bool {
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
