package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
)

// writeTo writes a file that the command line names as a whole, or to stdout if it
// has no name.
func writeTo(c *cobra.Command, path string, fill func(io.Writer) error) error {
	if path == "" {
		return fill(c.OutOrStdout())
	}
	if err := atomicfile.Write(followed(path), fill); err != nil {
		return fault.Input(err)
	}
	return nil
}

// followed is the file that a link which the command line names leads to, and what is
// no link itself.
func followed(path string) string {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if file, err := filepath.EvalSymlinks(path); err == nil {
			return file
		}
	}
	return path
}
