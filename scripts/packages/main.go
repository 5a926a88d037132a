// Command packages makes the .deb and the .rpm of Linux binaries of a release:
//
//	go run . -version VERSION -date SECONDS -program SDRM -notices FILE -sbom FILE -out DIR BINARY...
//
// It is a module of its own, so that what makes packages is no dependency of the
// program.
package main

import (
	"debug/buildinfo"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// A release is what the packages of all architectures are made from.
type release struct {
	version string    // as git describes the commit
	date    time.Time // of the commit: the only time in a package
	program string    // a sdrm that runs here and prints the pages and completions
	notices string    // file with the licences of what is compiled in
	sbom    string    // file that lists what is compiled in
	root    string    // the project's folder
}

func main() {
	r := release{root: filepath.Join("..", "..")}
	flag.StringVar(&r.version, "version", "", "version of the binaries, as git describes it")
	seconds := flag.Int64("date", 0, "time of the commit, in seconds since 1970")
	flag.StringVar(&r.program, "program", "", "sdrm of this version that runs here")
	flag.StringVar(&r.notices, "notices", "", "file with the licences of what is compiled in")
	flag.StringVar(&r.sbom, "sbom", "", "file that lists what is compiled in")
	out := flag.String("out", "", "folder for the packages")
	flag.Parse()
	r.date = time.Unix(*seconds, 0).UTC()
	if err := r.make(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "packages:", err)
		os.Exit(1)
	}
}

// make writes a package of each format for each binary.
func (r release) make(out string, binaries []string) error {
	if r.version == "" || r.date.Unix() <= 0 || r.program == "" || r.notices == "" || r.sbom == "" || out == "" || len(binaries) == 0 {
		return fmt.Errorf("usage: packages -version VERSION -date SECONDS -program SDRM -notices FILE -sbom FILE -out DIR BINARY [BINARY ...]")
	}
	work, err := os.MkdirTemp("", "sdrm-packages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	common, err := r.contents(work)
	if err != nil {
		return err
	}
	for _, binary := range binaries {
		arch, err := architecture(binary)
		if err != nil {
			return err
		}
		for _, format := range []string{"deb", "rpm"} {
			if err := write(out, format, r.describe(format, arch, append(common, program(binary)))); err != nil {
				return fmt.Errorf("%s of %s: %w", format, binary, err)
			}
		}
	}
	return nil
}

// architecture returns for which a binary was built, in Go's word.
func architecture(binary string) (string, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["GOOS"] != "linux" {
		return "", fmt.Errorf("%s: found a binary for %s, want one for linux", binary, settings["GOOS"])
	}
	return settings["GOARCH"], nil
}

// write makes a package in a folder, under the name that is usual for its format.
func write(dir, format string, info *nfpm.Info) error {
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, packager.ConventionalFileName(info)))
	if err != nil {
		return err
	}
	if err := packager.Package(info, file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
