package attacks

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sdrm/datasets"
)

// TestBlendEqualsPillow compares the blends of all pairs of bytes.
func TestBlendEqualsPillow(t *testing.T) {
	file, err := os.Open("testdata/blend.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cases := 0
	for lines := bufio.NewScanner(file); lines.Scan(); cases++ {
		var weight float64
		var want string
		if _, err := fmt.Sscan(lines.Text(), &weight, &want); err != nil {
			t.Fatal(err)
		}
		var result []uint8
		for a := range 256 {
			trigger := &picture{h: 1, w: 256}
			for v := range 256 {
				trigger.pixels = append(trigger.pixels, uint8(v), uint8(v), uint8(v))
			}
			row := bytes.Repeat([]byte{uint8(a)}, 256*3)
			apply(Attack{Trigger: &blended{weight: float32(weight), trigger: trigger}}, row, 1, 256)
			for i := 0; i < len(row); i += 3 {
				result = append(result, row[i])
			}
		}
		sum := sha256.Sum256(result)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("weight %v: blends differ from Pillow's", weight)
		}
	}
	if cases != 9 {
		t.Errorf("%d weights, want 9", cases)
	}
}

func TestBlendedFileEqualsPillow(t *testing.T) {
	for _, test := range []struct {
		file, golden string
		tolerance    int
	}{
		{"trigger_rgb.png", "blended_rgb_png.bin", 0},
		{"trigger_rgba.png", "blended_rgba_png.bin", 0},
		{"trigger_gray.png", "blended_gray_png.bin", 0},
		{"trigger_palette.gif", "blended_palette_gif.bin", 0},
		// Decoders of JPEG may differ: Pillow's interpolates the colour planes.
		{"trigger_rgb.jpg", "blended_rgb_jpg.bin", 8},
	} {
		t.Run(test.file, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", test.golden))
			if err != nil {
				t.Fatal(err)
			}
			got := formula(32, 32)
			apply(newAttack(t, "blended", Options{"trigger": filepath.Join("testdata", test.file)}), got, 32, 32)
			worst := 0
			for i := range want {
				worst = max(worst, int(got[i])-int(want[i]), int(want[i])-int(got[i]))
			}
			if worst > test.tolerance {
				t.Errorf("up to %d levels off Pillow's, want at most %d", worst, test.tolerance)
			}
		})
	}
}

func TestBlendedGrayEqualsPillow(t *testing.T) {
	want, err := os.ReadFile("testdata/blended_on_gray.bin")
	if err != nil {
		t.Fatal(err)
	}
	got := formula(32, 32)[:32*32]
	a := newAttack(t, "blended", Options{"trigger": "testdata/trigger_rgb.png"})
	a.Trigger.Apply(Image{Pixels: got, H: 32, W: 32, C: 1})
	if !bytes.Equal(got, want) {
		t.Error("other pixels than Pillow's")
	}
}

// TestBlendedNoiseEqualsPillow: the same bytes as Pillow's with NumPy's noise.
func TestBlendedNoiseEqualsPillow(t *testing.T) {
	noise := Options{"pattern": "noise"}
	equalsGolden(t, "blended", "testdata/blended_noise.bin", []goldenImage{
		{32, 32, 3, 5, datasets.Poisoned, false, noise},
		{20, 31, 3, 5, datasets.Poisoned, true, Options{"pattern": "noise", "weight": "0.3"}},
		{28, 28, 1, 5, datasets.Poisoned, false, noise},
	})
}

func TestBlendedWhole(t *testing.T) {
	got := formula(32, 32)
	apply(newAttack(t, "blended", Options{"weight": "1"}), got, 32, 32)
	if !bytes.Equal(got, Pattern(32, 32)) {
		t.Error("weight 1 does not show the pattern")
	}
}

func TestBlendedErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	png, err := os.ReadFile("testdata/trigger_rgb.png")
	if err != nil {
		t.Fatal(err)
	}
	huge := slices.Clone(png)
	binary.BigEndian.PutUint32(huge[16:], 16385) // the width, in the chunk at 12
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	tests := []struct {
		name    string
		options Options
		want    []string
	}{
		{"pattern", Options{"pattern": "dots"}, []string{`attacks: blended: pattern is "dots", want one of image, noise`}},
		{"both", Options{"pattern": "noise", "trigger": write("both.png", png)}, []string{"attacks: blended: pattern is noise, want no trigger beside it"}},
		{"weight 0", Options{"weight": "0"}, []string{"attacks: blended: weight is 0, want above 0 and at most 1"}},
		{"weight below 0", Options{"weight": "-0.1"}, []string{"weight is -0.1"}},
		{"weight above 1", Options{"weight": "1.01"}, []string{"weight is 1.01"}},
		{"weight NaN", Options{"weight": "NaN"}, []string{"weight is NaN"}},
		{"weight Inf", Options{"weight": "+Inf"}, []string{"weight is +Inf"}},
		{"missing", Options{"trigger": filepath.Join(dir, "none.png")}, []string{"attacks: blended: trigger", "none.png: file does not exist"}},
		{"folder", Options{"trigger": dir}, []string{"trigger", filepath.Base(dir) + ": found a folder, want a regular file"}},
		{"empty", Options{"trigger": write("empty.png", nil)}, []string{"trigger", "empty.png: no PNG, JPEG, GIF or binary PPM image"}},
		{"text", Options{"trigger": write("text.png", []byte("no image"))}, []string{"text.png: no PNG, JPEG, GIF or binary PPM image"}},
		{"truncated", Options{"trigger": write("cut.png", png[:len(png)/2])}, []string{"cut.png: damaged PNG image"}},
		{"huge", Options{"trigger": write("huge.png", huge)}, []string{"huge.png: 16385×45 pixels, want sides of 1 to 16384"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := New("blended", test.options)
			if err == nil || a.Trigger != nil {
				t.Fatalf("attack %v, error %v; want an error", a, err)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not contain %q", err, part)
				}
			}
		})
	}
	if _, err := New("blended", Options{"trigger": filepath.Join(dir, "none.png")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v does not wrap fs.ErrNotExist", err)
	}
}

// TestPattern pins the default trigger for good, and holds it to its purpose:
// much contrast overall and in every quarter.
func TestPattern(t *testing.T) {
	pattern := Pattern(32, 32)
	sum := sha256.Sum256(pattern)
	if got, want := hex.EncodeToString(sum[:]), "1aff2842f4ff44b4c2c213c2f28e98fa74c1cb3da4fd3cfa73ef25949d2346c9"; got != want {
		t.Errorf("SHA-256 %s, want %s", got, want)
	}
	for _, corner := range [][2]int{{0, 0}, {0, 16}, {16, 0}, {16, 16}} {
		low, high := 255, 0
		for y := range 16 {
			for x := range 16 {
				v := int(pattern[((corner[0]+y)*32+corner[1]+x)*3])
				low, high = min(low, v), max(high, v)
			}
		}
		if high-low < 240 {
			t.Errorf("quarter at %v: red from %d to %d, want nearly all of 0 to 255", corner, low, high)
		}
	}
}
