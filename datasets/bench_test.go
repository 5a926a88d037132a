package datasets

import (
	"fmt"
	"os"
	"testing"
)

// BenchmarkBoth reads all images of both splits, of the sets that lie in $SDRM_DATA.
func BenchmarkBoth(b *testing.B) {
	dir := os.Getenv("SDRM_DATA")
	for _, name := range []string{"cifar10", "gtsrb", "gtsrb-regions"} {
		b.Run("set="+name, func(b *testing.B) {
			s, err := Find(name)
			if err != nil {
				b.Fatal(err)
			}
			if _, found := s.Locate(dir); dir == "" || !found {
				b.Skipf("SDRM_DATA is not set to a folder that holds %s", name)
			}
			for b.Loop() {
				if _, _, err := s.Both(b.Context(), dir, Part{}, Part{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoader makes batches as training takes them: resized, cropped at random,
// mirrored, turned if told. One worker makes them.
func BenchmarkLoader(b *testing.B) {
	for _, degrees := range []float64{0, 15} {
		b.Run(fmt.Sprintf("batch=256/rotate=%v", degrees), func(b *testing.B) {
			l, err := NewLoader(Synthetic(1, Train, 256), Config{
				Batch: 256, Seed: 1, Shuffle: true, Pipeline: Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true, Rotate: degrees},
			})
			if err != nil {
				b.Fatal(err)
			}
			epoch := 0
			for b.Loop() {
				it := l.Epoch(epoch, 0)
				if batch, ok := it.Next(); !ok || batch.N != 256 {
					b.Fatal("no batch of 256")
				}
				it.Close()
				epoch++
			}
			b.ReportMetric(256*float64(b.N)/b.Elapsed().Seconds(), "img/s")
		})
	}
}
