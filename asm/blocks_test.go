package asm

import "testing"

func TestBlocksFitTheCaches(t *testing.T) {
	for _, c := range []struct {
		mr, nr, l1, l2, l3 int
		want               Blocks
	}{
		{14, 32, 12 << 10, 512 << 10, 8 << 20, Blocks{KC: 1024, NC: 1024, MaxB: 512 << 10, PanelKC: 256, PanelRows: 1022}},
		{6, 16, 12 << 10, 512 << 10, 8 << 20, Blocks{KC: 1024, NC: 1024, MaxB: 512 << 10, PanelKC: 384, PanelRows: 678}},
		{6, 16, 8 << 10, 128 << 10, 1 << 20, Blocks{KC: 1024, NC: 128, MaxB: 128 << 10, PanelKC: 256, PanelRows: 252}},
		{8, 12, 8 << 10, 128 << 10, 128 << 10, Blocks{KC: 1024, NC: 120, MaxB: 128 << 10, PanelKC: 336, PanelRows: 192}}, // no L3 cache
		{14, 32, 256, 1024, 1024, Blocks{KC: 16, NC: 64, MaxB: 1024, PanelKC: 16, PanelRows: 28}},                        // smaller than any
	} {
		if got := blocks(c.mr, c.nr, c.l1, c.l2, c.l3); got != c.want {
			t.Errorf("%d×%d with %d, %d and %d floats: %+v, want %+v", c.mr, c.nr, c.l1, c.l2, c.l3, got, c.want)
		}
	}
	for _, k := range Available() {
		if k.KC < 1 || k.NC < 1 || k.NC%k.NR != 0 || k.PanelKC < 1 || k.PanelRows < 1 || k.PanelRows%k.MR != 0 {
			t.Errorf("%v: %+v for a tile of %d×%d", k.ISA, k.Blocks, k.MR, k.NR)
		}
	}
}
