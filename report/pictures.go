package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"

	"sdrm/experiment/run"
	"sdrm/internal/imagepair"
)

// pictures show what a trigger does to an image.
type pictures struct {
	PSNR, SSIM string
	All        [3]picture
}

type picture struct {
	Title string
	PNG   template.URL // with the file in it
}

// show adds the pictures of a trigger, if the run kept an image with it.
func (c *card) show(t *run.Trigger) error {
	if t == nil {
		return nil
	}
	c.Pictures = &pictures{PSNR: format(t.PSNR(), 1), SSIM: format(t.SSIM(), 3)}
	titles := [3]string{"clean", "triggered", fmt.Sprintf("difference ×%d", imagepair.Gain)}
	for i, p := range t.Pictures() {
		var file bytes.Buffer
		if err := png.Encode(&file, p); err != nil {
			return err
		}
		c.Pictures.All[i] = picture{titles[i], template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes()))}
	}
	return nil
}
