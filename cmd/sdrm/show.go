package main

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/internal/imagepair"
	"sdrm/internal/nullable"
	"sdrm/internal/parallel"
)

// mostShown bounds the images on a sheet.
const mostShown = 100

func newShow(g *globals) *cobra.Command {
	var out string
	var options []string
	var count int
	c := &cobra.Command{
		Use:   "show ATTACK|RUN",
		Short: "Draw test images without and with an attack's trigger, and how far it is seen",
		Long: `Draw test images without and with an attack's trigger, and how far it is seen.

The sheet, a PNG file, has a column an image: the original, the triggered image,
and 8 times their difference, in which grey is none; small images are enlarged by
a whole factor. Printed are PSNR, SSIM (Wang et al. 2004, the mean over channels
and over the windows of 11×11 pixels that lie in the image: a patch at its edge
hardly counts) and the largest change of a channel, L∞, in levels of 0 to 255.

Shown are test images on which the attack is tried, at equal distances in their
set: of a run as its model is shown them, else not cropped. A trigger that is
trained is that of a run.`,
		Example: `  sdrm show blended --data cifar10 --option weight=0.2 -o sheet.png
  sdrm show runs/sdrm -o sheet.png`,
		ValidArgsFunction: cobra.FixedCompletions(attacks.Names(), cobra.ShellCompDirectiveDefault),
		RunE: func(c *cobra.Command, args []string) error {
			if count < 1 || count > mostShown {
				return &usageError{fmt.Errorf("--images: found %d, want 1 to %d", count, mostShown)}
			}
			images, err := shownImages(c, args[0], options)
			if err != nil {
				return err
			}
			examples, err := images.Examples(count)
			if err != nil {
				return err
			}
			if len(examples) == 0 {
				return fault.Inputf("%s: the attack is tried on no test image", args[0])
			}
			sheet := sheetOf(examples)
			if err := writeTo(c, out, func(w io.Writer) error { return png.Encode(w, sheet) }); err != nil {
				return err
			}
			return g.printShown(c.OutOrStdout(), out, images.Test.Classes, examples)
		},
	}
	addOut(c, &out, ".png")
	addFields(c, "data", "data-dir", "target", "seed")
	c.Flags().StringArrayVar(&options, "option", nil, "what else the attack is told, as name=value; may be given several times (attack.options)")
	c.Flags().IntVar(&count, "images", 6, "how many images, if there are so many")
	return c
}

// shownImages returns the images and the attack of a finished run, or those that
// flags name beside an attack.
func shownImages(c *cobra.Command, name string, options []string) (*subject.Images, error) {
	flags, l := c.Flags(), newStatusLine(c.ErrOrStderr())
	if _, unknown := attacks.Find(name); unknown != nil {
		if _, err := os.Stat(name); err != nil {
			return nil, &usageError{fmt.Errorf("%w, or the folder of a finished run", unknown)}
		}
		return runImages(c.Context(), flags, name, l)
	}
	s := spec.Default()
	s.Attack.Name, s.Attack.Options = name, options
	s.Data.TrainLimit, s.Train.Batch = 2, 2 // no training image is looked at
	s.Data.Set = cmp.Or(flags.Lookup("data").Value.String(), s.Data.Set)
	if _, err := datasets.Find(s.Data.Set); err == nil { // else applyFields says so
		s.Data.Resize = s.CropSide()
	}
	if err := applyFields(flags, &s, "option"); err != nil {
		return nil, &usageError{err}
	}
	images, err := subject.LoadImages(l.reading(c.Context(), s.Data.Set), s, parallel.Workers())
	l.clear()
	if err != nil {
		return nil, err
	}
	if _, trained := images.Poison.Attack.Trigger.(attacks.Trained); trained {
		return nil, &usageError{fmt.Errorf("%s: its trigger is trained: want the folder of a finished run", name)}
	}
	return images, nil
}

// runImages returns the images and the attack of a finished run.
func runImages(ctx context.Context, flags *pflag.FlagSet, dir string, l *statusLine) (*subject.Images, error) {
	var further error
	flags.Visit(func(f *pflag.Flag) {
		if _, field := f.Value.(*fieldFlag); field || f.Name == "option" {
			further = &usageError{fmt.Errorf("--%s: the run says that itself", f.Name)}
		}
	})
	if further != nil {
		return nil, further
	}
	_, x, err := judged(ctx, dir, l)
	if err != nil {
		return nil, err
	}
	return x.Images, nil
}

func sheetOf(examples []subject.Example) image.Image {
	var pairs []imagepair.Pair
	for _, e := range examples {
		pairs = append(pairs, e.Pair)
	}
	return imagepair.Sheet(pairs)
}

// visibility says how far a change is seen.
type visibility struct {
	PSNR    nullable.Float `json:"psnr"` // in dB; infinite of equal images
	SSIM    nullable.Float `json:"ssim"`
	Largest float64        `json:"linf"` // levels
}

// shownImage is an image of the sheet.
type shownImage struct {
	Place int    `json:"place"` // in the set of test images
	Class string `json:"class"`
	visibility
}

// printShown prints how far the trigger is seen on each image, and on average.
func (g *globals) printShown(out io.Writer, path string, classes []string, examples []subject.Example) error {
	var images []shownImage
	var mean visibility
	n := float64(len(examples))
	for _, e := range examples {
		v := visibility{nullable.Float(e.PSNR()), nullable.Float(e.SSIM()), float64(e.Largest())}
		images = append(images, shownImage{e.Place, classes[e.Label], v})
		mean.PSNR += v.PSNR / nullable.Float(n)
		mean.SSIM += v.SSIM / nullable.Float(n)
		mean.Largest += v.Largest / n
	}
	if g.json {
		return printJSON(out, struct {
			File   string       `json:"file"`
			Images []shownImage `json:"images"`
			Mean   visibility   `json:"mean"`
		}{path, images, mean})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	printf(w, "image\tclass\tPSNR, dB\tSSIM\tL∞, levels\n") // what fails Flush reports
	for _, i := range images {
		printf(w, "%d\t%s\t%.2f\t%.4f\t%.0f\n", i.Place, i.Class, i.PSNR, i.SSIM, i.Largest)
	}
	printf(w, "mean\t\t%.2f\t%.4f\t%.1f\n", mean.PSNR, mean.SSIM, mean.Largest)
	return w.Flush()
}
