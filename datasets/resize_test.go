package datasets

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// formula is the image that testdata/resize.py resizes.
func formula(h, w, seed int) []uint8 {
	pixels := make([]uint8, h*w*3)
	for i := range pixels {
		pixels[i] = uint8(i*i*seed + 31*i + i>>3)
	}
	return pixels
}

func TestResizeEqualsPillow(t *testing.T) {
	golden, err := os.ReadFile("testdata/resize.bin")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for ; len(golden) > 0; cases++ {
		h, w, newH, newW, seed := int(golden[0]), int(golden[1]), int(golden[2]), int(golden[3]), int(golden[4])
		want := golden[6:][:newH*newW*3]
		golden = golden[6+len(want):]
		pixels := formula(h, w, seed)
		got := Resize(pixels, h, w, 3, newH, newW)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%d×%d to %d×%d: byte %d is %d, Pillow has %d", h, w, newH, newW, i, got[i], want[i])
				break
			}
		}
		// A gray image is what any channel of a coloured one is.
		gray := make([]uint8, h*w)
		for i := range gray {
			gray[i] = pixels[3*i+1]
		}
		for i, v := range Resize(gray, h, w, 1, newH, newW) {
			if v != want[3*i+1] {
				t.Errorf("%d×%d to %d×%d: gray pixel %d is %d, Pillow has %d", h, w, newH, newW, i, v, want[3*i+1])
				break
			}
		}
	}
	if cases != 15 {
		t.Errorf("%d golden cases, want 15", cases)
	}
}

// TestResizeConstant: the weights of a position add up to one, so an image of
// one colour keeps it at any size.
func TestResizeConstant(t *testing.T) {
	for _, value := range []uint8{0, 1, 127, 254, 255} {
		for _, size := range [][4]int{{1, 1, 50, 60}, {50, 60, 1, 1}, {32, 32, 36, 36}, {255, 3, 3, 255}, {97, 89, 31, 37}} {
			src := bytes.Repeat([]byte{value}, size[0]*size[1]*3)
			got := Resize(src, size[0], size[1], 3, size[2], size[3])
			want := bytes.Repeat([]byte{value}, size[2]*size[3]*3)
			if !bytes.Equal(got, want) {
				t.Errorf("value %d, sizes %v: not constant", value, size)
			}
		}
	}
}

func TestResizePanics(t *testing.T) {
	for _, test := range []struct {
		length, h, w, newH, newW int
		want                     string
	}{
		{11, 2, 2, 3, 3, "datasets: Resize: pixels do not fit height, width and channels"},
		{0, 0, 0, 3, 3, "datasets: Resize: sizes must be positive"},
		{12, 2, 2, 0, 3, "datasets: Resize: sizes must be positive"},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("panic %v, want %q", got, test.want)
				}
			}()
			Resize(make([]uint8, test.length), test.h, test.w, 3, test.newH, test.newW)
		})
	}
}

func BenchmarkResize(b *testing.B) {
	r := newResizer(32, 32, 3, 36, 36)
	src, dst, scratch := formula(32, 32, 1), make([]uint8, 36*36*3), make([]uint8, r.scratch())
	for b.Loop() {
		r.run(dst, src, scratch)
	}
}
