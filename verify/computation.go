package verify

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"slices"

	"sdrm/defenses"
	"sdrm/internal/parallel"
)

// computation is a small piece of work whose results have a digest.
type computation struct {
	name string
	// same names the computation that this one must have the digest of; empty for one
	// with a digest of its own.
	same string
	// threads is the number of threads to work with, 0 for as many as the
	// program uses.
	threads int
	run     func(ctx context.Context, d *digest) error
}

// key is what the golden list calls the computation's digest.
func (r computation) key() string {
	if r.same != "" {
		return r.same
	}
	return r.name
}

// digest does the work and returns its SHA-256.
func (r computation) digest(ctx context.Context) (string, error) {
	if r.threads > 0 {
		defer parallel.SetWorkers(parallel.SetWorkers(r.threads))
	}
	d := &digest{sum: sha256.New()}
	if err := r.run(ctx, d); err != nil {
		return "", err
	}
	return hex.EncodeToString(d.sum.Sum(nil)), nil
}

// computations returns all of them, what is built on something else after it.
func computations() []computation {
	return slices.Concat(opComputations(), imageComputations(), measureComputations(), detectorComputations(), modelComputations(), runComputations())
}

// digest hashes numbers. All NaNs are one.
type digest struct{ sum hash.Hash }

func (d *digest) floats(x ...float32) {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		if v != v {
			v = float32(math.NaN())
		}
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	d.sum.Write(b)
}

func (d *digest) doubles(x ...float64) {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		if v != v {
			v = math.NaN()
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	d.sum.Write(b)
}

func (d *digest) ints(x ...int) {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	d.sum.Write(b)
}

func (d *digest) bytes(x []byte) { d.sum.Write(x) }

func (d *digest) text(s string) { d.sum.Write([]byte(s)) }

func (d *digest) bools(x ...bool) { binary.Write(d.sum, binary.LittleEndian, x) }

// verdict hashes a detector's answer.
func (d *digest) verdict(v defenses.Verdict) {
	d.bools(v.Canonical.Flags...)
	d.doubles(v.Canonical.Scores...)
	d.doubles(v.Canonical.Threshold)
	for _, o := range v.Options {
		d.doubles(o.Scores...)
	}
}
