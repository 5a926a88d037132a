package asm

import "testing"

func TestBlocksFitTheCaches(t *testing.T) {
	for _, c := range []struct{ mr, nr, l1, l2, kc, nc int }{
		{14, 32, 12 << 10, 256 << 10, 512, 512},
		{6, 16, 8 << 10, 128 << 10, 512, 256},
		{8, 12, 16 << 10, 128 << 10, 512, 252},
		{14, 32, 256, 500, 16, 32}, // smaller than any
	} {
		if kc, nc := blocks(c.mr, c.nr, c.l1, c.l2); kc != c.kc || nc != c.nc {
			t.Errorf("%d×%d with %d and %d floats: KC %d, NC %d, want %d and %d", c.mr, c.nr, c.l1, c.l2, kc, nc, c.kc, c.nc)
		}
	}
	for _, k := range Available() {
		if k.KC < 1 || k.NC%k.NR != 0 || k.NC < 1 {
			t.Errorf("%v: KC %d, NC %d for a tile of %d columns", k.ISA, k.KC, k.NC, k.NR)
		}
	}
}
