package hugepages

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Advise asks for huge pages under x, if it is long. A system that has none, or does
// not let programs ask, changes nothing.
func Advise(x []float32) {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
	if len(bytes) < least {
		return
	}
	page := uintptr(unix.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(bytes)))
	skip := int(-start & (page - 1)) // the system takes whole pages
	bytes = bytes[skip:]
	_ = unix.Madvise(bytes[:len(bytes)&^int(page-1)], unix.MADV_HUGEPAGE)
}
