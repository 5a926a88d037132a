package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sdrm/datasets"
	"sdrm/experiment/subject"
	"sdrm/internal/fetch"
)

func newDataDownload(g *globals) *cobra.Command {
	var dir, mirror string
	c := &cobra.Command{
		Use:   "download SET",
		Short: "Fetch a data set's official files into the folder of the data sets, compare their checksums and unpack them",
		Long: `Fetch a data set's official files into the folder of the data sets, compare their checksums and unpack them.

What breaks off is continued when the command is given again. A file that is there already and has the right
checksum is taken, so one that was fetched otherwise only has to be put there. Archives stay; once unpacked they
are no longer needed. HTTPS_PROXY is heeded.`,
		ValidArgs: datasets.Names(),
		Example: `  sdrm data download cifar10
  sdrm data download gtsrb --mirror https://example.com/gtsrb`,
		RunE: func(c *cobra.Command, args []string) error {
			if u, err := url.Parse(mirror); mirror != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
				return &usageError{fmt.Errorf("--mirror: found %q, want the http or https URL of a folder", mirror)}
			}
			p := newDownloadProgress(c.ErrOrStderr())
			folder, err := subject.DownloadData(c.Context(), args[0], dir, mirror, p.show)
			p.clear()
			if errors.Is(err, context.Canceled) {
				return fmt.Errorf("%s: %w", args[0], errKept)
			}
			if err != nil {
				return err
			}
			return g.print(c, map[string]any{"folder": folder}, "%s\n", folder)
		},
	}
	addDataDir(c, &dir)
	c.Flags().StringVar(&mirror, "mirror", "", "URL of a folder that has the files, instead of the makers' own")
	return c
}

// downloadProgress tells how far a download is: on a terminal a line that is
// rewritten and a line a file, elsewhere the latter alone.
type downloadProgress struct {
	*statusLine

	file  fetch.File
	began time.Time // of this program's part of the file
	first int64     // bytes that were there by then
}

func newDownloadProgress(w io.Writer) *downloadProgress {
	return &downloadProgress{statusLine: newStatusLine(w)}
}

// show is told that done bytes of a file are there.
func (p *downloadProgress) show(f fetch.File, done int64) {
	const million = 1e6
	now := time.Now()
	if f != p.file || done < p.first {
		p.file, p.began, p.first = f, now, done
	}
	speed := float64(done-p.first) / max(now.Sub(p.began).Seconds(), 1e-3)
	switch {
	case done == f.Size:
		p.print("%s  %.1f MB  %.1f MB/s", f.Name(), float64(done)/million, speed/million)
	case p.due():
		const width = 30
		bar := strings.Repeat("#", int(width*done/f.Size))
		eta := "?"
		if speed > 0 {
			eta = (time.Duration(float64(f.Size-done)/speed) * time.Second).String()
		}
		p.rewrite("%s  [%-*s] %3d%%  %.1f/%.1f MB  %.1f MB/s  ETA %s", f.Name(), width, bar,
			100*done/f.Size, float64(done)/million, float64(f.Size)/million, speed/million, eta)
	}
}
