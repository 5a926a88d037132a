package datasets

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// TestRotateEqualsPyTorch: the bytes are those of grid_sample, rounded; where its
// value is next to a half either byte is right.
func TestRotateEqualsPyTorch(t *testing.T) {
	golden, err := os.ReadFile("testdata/rotate.bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		h, w, c int
		degrees float64
	}{{32, 32, 3, 15}, {32, 32, 3, -7.5}, {9, 14, 1, 40}, {28, 28, 1, -15}, {5, 4, 3, 180}, {6, 6, 1, 0}} {
		n := c.h * c.w * c.c
		image := make([]uint8, n)
		for i := range image {
			image[i] = uint8(i*i*9 + 31*i + i>>3)
		}
		got := make([]uint8, n)
		turnBy(c.degrees*math.Pi/180, c.h, c.w).run(got, image, c.h, c.w, c.c)
		far := 0
		for i, v := range got {
			want := math.Float32frombits(binary.LittleEndian.Uint32(golden[4*i:]))
			if math.Abs(float64(v)-float64(want)) > 0.501 {
				far++
			}
		}
		if far > 0 {
			t.Errorf("%v: %d of %d bytes differ", c, far, n)
		}
		if c.degrees == 0 && !bytes.Equal(got, image) {
			t.Error("an image that is not turned is another")
		}
		golden = golden[4*n:]
	}
	if len(golden) > 0 {
		t.Errorf("%d golden bytes are left", len(golden))
	}
}

// TestRotationIsDrawn: after crop and flip, uniformly within the limit; the draws
// before it are what they are without it.
func TestRotationIsDrawn(t *testing.T) {
	image := formula(32, 32, 9)
	seen := map[string]bool{}
	for index := range 20 {
		plain, _ := transform(t, Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true}, image, 32, 32, 1, 0, index)
		tiny, _ := transform(t, Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true, Rotate: 1e-9}, image, 32, 32, 1, 0, index)
		if !bytes.Equal(plain, tiny) {
			t.Errorf("image %d: a rotation by next to nothing changes crop or flip", index)
		}
		turned, _ := transform(t, Pipeline{Rotate: 15}, image, 32, 32, 1, 0, index)
		again, _ := transform(t, Pipeline{Rotate: 15}, image, 32, 32, 1, 0, index)
		if !bytes.Equal(turned, again) {
			t.Errorf("image %d: another rotation at the second time", index)
		}
		seen[string(turned)] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d different rotations of 20", len(seen))
	}
}

// TestAtCentreOfTurned: the pixel that a turned sample shows is found in its image.
func TestAtCentreOfTurned(t *testing.T) {
	const side = 9
	v := View{turned: turnBy(math.Pi/2, side, side)}
	for y := range side {
		for x := range side {
			if row, column := v.AtCentre(y, x, side); row != x || column != side-1-y {
				t.Errorf("row %d, column %d of an image turned by a quarter is row %d, column %d", y, x, row, column)
			}
		}
	}
}
