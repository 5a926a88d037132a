package datasets

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
)

func transform(t *testing.T, p Pipeline, image []uint8, h, w int, seed uint64, epoch, index int) ([]uint8, plan) {
	t.Helper()
	steps, err := newPlan(p, h, w, 3)
	if err != nil {
		t.Fatal(err)
	}
	memory := steps.newBuffers()
	steps.run(&memory, memory.out, image, seed, epoch, index)
	return memory.out, steps
}

// TestView: every pixel of a sample is that of the centre which its view names.
func TestView(t *testing.T) {
	image := formula(36, 36, 9)
	centre, _ := transform(t, Pipeline{Crop: 32}, image, 36, 36, 1, 0, 0)
	seen := map[View]bool{}
	for index := range 200 {
		steps, err := newPlan(Pipeline{Crop: 32, RandomCrop: true, Flip: true}, 36, 36, 3)
		if err != nil {
			t.Fatal(err)
		}
		memory := steps.newBuffers()
		view := steps.run(&memory, memory.out, image, 1, 0, index)
		seen[view] = true
		for i := range 32 * 32 {
			y, x := view.AtCentre(i/32, i%32, 32)
			if y >= 0 && y < 32 && x >= 0 && x < 32 && !bytes.Equal(memory.out[i*3:i*3+3], centre[(y*32+x)*3:][:3]) {
				t.Fatalf("%+v: pixel %d is not that at row %d, column %d of the centre", view, i, y, x)
			}
		}
	}
	if len(seen) < 40 { // of 50, each with probability 0.98
		t.Errorf("%d different views", len(seen))
	}
}

func TestPipelineEqualsPillow(t *testing.T) {
	golden, err := os.ReadFile("testdata/pipeline.bin")
	if err != nil {
		t.Fatal(err)
	}
	test, train := golden[:32*32*3], golden[32*32*3:]
	image := formula(32, 32, 9)
	got, _ := transform(t, Pipeline{Resize: 36, Crop: 32}, image, 32, 32, 1, 0, 0)
	if !bytes.Equal(got, test) {
		t.Error("resize and centre crop differ from Pillow's")
	}
	// Some sample must draw row 3, column 1 and a flip: 1 in 50 does.
	found := 0
	for index := range 1000 {
		got, _ := transform(t, Pipeline{Resize: 36, Crop: 32, RandomCrop: true, Flip: true}, image, 32, 32, 1, 0, index)
		if bytes.Equal(got, train) {
			found++
		}
	}
	if found < 8 || found > 40 { // 20 ± 4.5 standard deviations
		t.Errorf("%d of 1000 samples are the crop at row 3, column 1, mirrored; want about 20", found)
	}
}

func TestPipelineKeepsImage(t *testing.T) {
	image := formula(5, 7, 3)
	for _, p := range []Pipeline{{}, {Crop: 0, RandomCrop: true}} {
		got, steps := transform(t, p, image, 5, 7, 1, 2, 3)
		if !bytes.Equal(got, image) || steps.h != 5 || steps.w != 7 {
			t.Errorf("%+v changes the image", p)
		}
	}
}

// TestRandomCropDraws counts where crops lie and how often they are mirrored:
// image pixels name their place, so the corner of the result tells both.
func TestRandomCropDraws(t *testing.T) {
	const h, w, crop, n = 6, 7, 4, 24000
	image := make([]uint8, h*w*3)
	for i := range h * w {
		image[3*i] = uint8(i)
	}
	steps, err := newPlan(Pipeline{Crop: crop, RandomCrop: true, Flip: true}, h, w, 3)
	if err != nil {
		t.Fatal(err)
	}
	memory := steps.newBuffers()
	counts := map[[3]int]int{}
	for index := range n {
		steps.run(&memory, memory.out, image, 5, 1, index)
		first, last := int(memory.out[0]), int(memory.out[3*(crop-1)])
		flip := 0
		if first > last {
			first, flip = last, 1
		}
		counts[[3]int{first / w, first % w, flip}]++
	}
	outcomes := (h - crop + 1) * (w - crop + 1) * 2
	if len(counts) != outcomes {
		t.Errorf("%d outcomes, want %d", len(counts), outcomes)
	}
	for outcome, count := range counts {
		if count < 850 || count > 1150 { // 1000 ± 4.8 standard deviations
			t.Errorf("outcome %v (row, column, flip): %d of %d, want about %d", outcome, count, n, n/outcomes)
		}
	}
}

// TestCentre holds the centre crop to torchvision's rule
// int(round(margin / 2)), where Python rounds a half to even.
func TestCentre(t *testing.T) {
	for margin, want := range []int{0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6} {
		if got := centre(margin); got != want {
			t.Errorf("centre(%d) = %d, want %d", margin, got, want)
		}
	}
}

func TestPipelineSize(t *testing.T) {
	tests := []struct {
		p    Pipeline
		h, w int
		err  string
	}{
		{Pipeline{}, 32, 30, ""},
		{Pipeline{Resize: 36}, 36, 36, ""},
		{Pipeline{Resize: 36, Crop: 32}, 32, 32, ""},
		{Pipeline{Crop: 30}, 30, 30, ""},
		{Pipeline{Rotate: -1}, 0, 0, "rotate is -1, want 0 (off) to 180 degrees"},
		{Pipeline{Rotate: math.NaN()}, 0, 0, "rotate is NaN"},
		{Pipeline{Resize: -1}, 0, 0, "resize is -1"},
		{Pipeline{Crop: -2}, 0, 0, "crop is -2"},
		{Pipeline{Crop: 31}, 0, 0, "crop is 31, want 0 (off) to 30"},
		{Pipeline{Resize: 28, Crop: 32}, 0, 0, "crop is 32, want 0 (off) to 28"},
	}
	for _, test := range tests {
		h, w, err := test.p.Size(32, 30)
		if test.err == "" && (err != nil || h != test.h || w != test.w) {
			t.Errorf("%+v: %d×%d, %v; want %d×%d", test.p, h, w, err, test.h, test.w)
		}
		if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%+v: error %v, want %q", test.p, err, test.err)
		}
	}
}
