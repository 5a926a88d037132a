package conform

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"

	"sdrm/asm"
)

// Golden has a line for each kernel: its name and the hash of what it computes, as
// Case.Hash returns it. A change of a definition, or a compiler that fuses a
// product with a sum, changes a hash.
//
//go:embed golden.txt
var Golden string

// Hash returns a hash of what the kernel computes on fixed numbers, a
// sixteenth of them hostile, at all of the case's shapes.
func (kc *Case) Hash(k *asm.Kernels) string {
	r := rand.New(rand.NewPCG(11, 12))
	edge := Hostile(r)
	fill := func() float32 {
		v := float32(r.Float32()) - 0.5
		if r.IntN(16) == 0 {
			return edge()
		}
		return v
	}
	hash := fnv.New64a()
	var text []byte
	for _, s := range kc.Shapes {
		values := kc.Fill(s, fill)
		kc.Run(k, s, values)
		text = text[:0]
		for _, v := range values {
			for _, x := range v {
				if x != x {
					x = float32(math.NaN())
				}
				text = fmt.Appendf(text, "%08x", math.Float32bits(x))
			}
		}
		hash.Write(text)
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}

// CheckGolden compares the hash with Golden's.
func (kc *Case) CheckGolden(k *asm.Kernels) error {
	for line := range strings.Lines(Golden) {
		name, want, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != kc.Name {
			continue
		}
		if got := kc.Hash(k); got != want {
			return fmt.Errorf("%v %s: the hash of its results is %s, want %s", k.ISA, kc.Name, got, want)
		}
		return nil
	}
	return fmt.Errorf("%v %s: no golden hash is stored", k.ISA, kc.Name)
}
