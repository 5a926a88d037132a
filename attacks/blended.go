package attacks

func init() {
	register(Recipe{
		Name:  "blended",
		Title: "Blended",
		Paper: "Chen et al., arXiv:1712.05526",
		Options: []Option{
			{"weight", "0.1", "the prototype's of arXiv:2111.05077 (BackdoorBench, BackdoorBox and backdoor-toolbox: 0.2)", "share of the trigger in the image, above 0 and at most 1"},
			{"trigger", "", "a pattern of this project", "image file: PNG, JPEG or GIF"},
			{"pattern", "image", "the prototype's of arXiv:2111.05077", "image, or noise for a random picture in the place of the trigger"},
		},
		create: newBlended,
	})
}

// blended mixes a trigger image into the whole image, (1-weight)·image +
// weight·trigger. The trigger is resized to the image as Pillow's bilinear
// resize does it and mixed as Pillow's Image.blend does it: in float32, rounded
// down to a byte. The noise is uniform in 0 to 255 at 32×32, as the paper's random
// pattern is; that it is the same for every seed is our choice.
type blended struct {
	weight  float32
	trigger *picture
}

func newBlended(t *told) Attack {
	b := &blended{weight: float32(t.number("weight", 0, 1)), trigger: t.picture("trigger")}
	if t.oneOf("pattern", "image", "noise") == "noise" {
		b.trigger = noise()
		if t.options["trigger"] != "" {
			t.fail("pattern is noise, want no trigger beside it")
		}
	}
	return Attack{b, AllButTarget, AllToOne}
}

// from returns what the trigger takes its pixels from.
func (b *blended) from() *picture { return b.trigger }

// Apply blends the trigger into the image.
func (b *blended) Apply(m Image) {
	m.check()
	mix(m.Pixels, b.trigger.sized(m.H, m.W, m.C), b.weight)
}

// mix blends as many bytes of a trigger into pixels.
func mix(pixels, trigger []uint8, weight float32) {
	trigger = trigger[:len(pixels)]
	for i, p := range pixels {
		difference := float32(int(trigger[i]) - int(p))
		pixels[i] = uint8(float32(p) + float32(weight*difference))
	}
}
