//go:build linux || darwin

package conform

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Guarded says whether a kernel that touches memory outside its slices faults.
const Guarded = true

// arena is memory between two pages that must not be touched.
type arena struct {
	floats []float32
	memory []byte
}

// newArena makes an arena for at least n floats.
func newArena(n int) (*arena, error) {
	page := unix.Getpagesize()
	size := (4*n + page - 1) / page * page
	memory, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("conform: mmap: %w", err)
	}
	a := &arena{unsafe.Slice((*float32)(unsafe.Pointer(&memory[page])), size/4), memory}
	for _, guard := range [][]byte{memory[:page], memory[page+size:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			a.close()
			return nil, fmt.Errorf("conform: mprotect: %w", err)
		}
	}
	return a, nil
}

func (a *arena) close() error { return unix.Munmap(a.memory) }
