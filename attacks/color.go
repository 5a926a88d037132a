package attacks

func init() {
	register(Recipe{
		Name:  "color",
		Title: "Color Backdoor",
		Paper: "Jiang, Li, Xu and Zhang, Color Backdoor, CVPR 2023",
		Options: []Option{
			{"red", "32", "ours", "levels that the red channel is moved by, -255 to 255"},
			{"green", "0", "ours", "levels that the green channel is moved by, -255 to 255"},
			{"blue", "-32", "ours", "levels that the blue channel is moved by, -255 to 255"},
		},
		create: newColor,
	})
}

// color moves the color of every pixel by the same vector: the level v of a
// channel becomes v + its shift, kept in 0 to 255. The authors search color space
// and vector against a model of their own; both are told here. In RGB, YUV and YCbCr
// such a vector is the same, for they are linear maps of each other. An image of one
// channel is moved by what the vector changes of its luma (ITU-R BT.601), rounded,
// which is our choice.
type color struct {
	shift [3]int // of red, green, blue
	gray  int    // of an image of one channel
}

func newColor(t *told) Attack {
	var c color
	for i, name := range []string{"red", "green", "blue"} {
		c.shift[i] = t.whole(name, -255, 255)
	}
	r, g, b := float64(c.shift[0]), float64(c.shift[1]), float64(c.shift[2])
	c.gray = nearest(float64(0.299*r) + float64(0.587*g) + float64(0.114*b))
	if c.shift == [3]int{} {
		t.fail("red, green and blue are 0, want one that is not")
	}
	return Attack{c, AllButTarget, AllToOne}
}

// Apply moves every pixel.
func (c color) Apply(m Image) {
	m.check()
	if m.C == 1 {
		for i, v := range m.Pixels {
			m.Pixels[i] = add(v, c.gray)
		}
		return
	}
	for i, v := range m.Pixels {
		m.Pixels[i] = add(v, c.shift[i%3])
	}
}
