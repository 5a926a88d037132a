package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2/files"
)

// Where systems look for what belongs to a program.
const (
	manuals   = "/usr/share/man/man1/"
	documents = "/usr/share/doc/sdrm/"
	examples  = documents + "examples/"
	licences  = "/usr/share/licenses/sdrm/" // of RPM
)

// program is the binary in a package.
func program(binary string) *files.Content {
	return &files.Content{Source: binary, Destination: "/usr/bin/sdrm", FileInfo: &files.ContentFileInfo{Mode: 0o755}}
}

// contents returns what all packages hold beside the binary. What does not lie in
// the project is written into the folder work.
func (r release) contents(work string) (files.Contents, error) {
	c := collector{work: work}
	c.manuals(r.program)
	c.completion(r.program, "bash", "/usr/share/bash-completion/completions/sdrm", "")
	c.completion(r.program, "zsh", "/usr/share/zsh/vendor-completions/_sdrm", "deb")
	c.completion(r.program, "zsh", "/usr/share/zsh/site-functions/_sdrm", "rpm")
	c.completion(r.program, "fish", "/usr/share/fish/vendor_completions.d/sdrm.fish", "")

	c.folder(documents, "")
	c.folder(examples, "")
	c.add(r.sbom, documents+"sbom.cdx.json", "", "")
	specs, err := filepath.Glob(filepath.Join(r.root, "specs", "*.toml"))
	c.fail(err)
	for _, spec := range specs {
		c.add(spec, examples+filepath.Base(spec), "", "")
	}

	licence, notices := c.read(filepath.Join(r.root, "LICENSE")), c.read(r.notices)
	c.write(documents+"copyright", "deb", fmt.Appendf(nil,
		"%s\nThe program contains what follows, under these licences.\n\n%s", licence, notices))
	c.folder(licences, "rpm")
	c.add(filepath.Join(r.root, "LICENSE"), licences+"LICENSE", "rpm", files.TypeRPMLicense)
	c.add(r.notices, licences+"NOTICES.txt", "rpm", files.TypeRPMLicense)

	changes := c.read(filepath.Join(r.root, "CHANGELOG.md"))
	c.write(documents+"changelog.gz", "deb", zipped(changes))
	c.write(documents+"changelog.Debian.gz", "deb", zipped(r.debianChanges()))
	c.write(documents+"CHANGELOG.md", "rpm", changes)
	return c.found, c.err
}

// debianChanges is the history of the package, which is made anew for each
// version and has none.
func (r release) debianChanges() []byte {
	return fmt.Appendf(nil, "sdrm (%s-1) unstable; urgency=medium\n\n  * Package of %s; see changelog.gz.\n\n -- %s  %s\n",
		packageVersion(r.version, r.date), r.version, maintainer, r.date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
}

// A collector gathers what a package holds, until the first error.
type collector struct {
	work  string
	found files.Contents
	err   error
}

func (c *collector) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// add takes a file for a format of packages, or for all if it is "".
func (c *collector) add(source, destination, format, kind string) {
	c.found = append(c.found, &files.Content{
		Source: source, Destination: destination, Packager: format, Type: kind, FileInfo: &files.ContentFileInfo{Mode: 0o644},
	})
}

// folder takes a folder that is the package's own and goes when it is removed.
func (c *collector) folder(destination, format string) {
	c.found = append(c.found, &files.Content{
		Destination: destination, Packager: format, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Mode: 0o755},
	})
}

// write takes a file that is made here.
func (c *collector) write(destination, format string, contents []byte) {
	source := filepath.Join(c.work, format, destination)
	c.fail(os.MkdirAll(filepath.Dir(source), 0o755))
	c.fail(os.WriteFile(source, contents, 0o644))
	c.add(source, destination, format, "")
}

func (c *collector) read(path string) []byte {
	contents, err := os.ReadFile(path)
	c.fail(err)
	return contents
}

// completion takes what lets a shell complete.
func (c *collector) completion(program, shell, destination, format string) {
	text, err := exec.Command(program, "completion", shell).Output()
	c.fail(err)
	c.write(destination, format, text)
}

// manuals takes the page of each command.
func (c *collector) manuals(program string) {
	dir := filepath.Join(c.work, "man")
	c.fail(exec.Command(program, "man", dir).Run())
	pages, err := os.ReadDir(dir)
	c.fail(err)
	for _, page := range pages {
		c.write(manuals+page.Name()+".gz", "", zipped(c.read(filepath.Join(dir, page.Name()))))
	}
}

// zipped is what gzip -9n makes of a text: without name and time.
func zipped(text []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic("packages: " + err.Error())
	}
	w.Write(text)
	w.Close()
	return out.Bytes()
}
