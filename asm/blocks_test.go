package asm

import "testing"

func TestBlocksFitTheCaches(t *testing.T) {
	for _, c := range []struct{ mr, nr, l2, l3, kc, nc int }{
		{14, 32, 256 << 10, 8 << 20, 1024, 1024},
		{6, 16, 128 << 10, 1 << 20, 1024, 128},
		{8, 12, 128 << 10, 128 << 10, 1024, 120}, // no L3 cache
		{14, 32, 1024, 1024, 16, 64},             // smaller than any
	} {
		if kc, nc := blocks(c.mr, c.nr, c.l2, c.l3); kc != c.kc || nc != c.nc {
			t.Errorf("%d×%d with %d and %d floats: KC %d, NC %d, want %d and %d", c.mr, c.nr, c.l2, c.l3, kc, nc, c.kc, c.nc)
		}
	}
	for _, k := range Available() {
		if k.KC < 1 || k.NC%k.NR != 0 || k.NC < 1 {
			t.Errorf("%v: KC %d, NC %d for a tile of %d columns", k.ISA, k.KC, k.NC, k.NR)
		}
	}
}
