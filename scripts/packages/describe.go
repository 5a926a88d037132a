package main

import (
	"regexp"
	"strings"
	"time"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/files"
)

// maintainer is whom a package names. Debian wants an address; .invalid is what
// RFC 2606 keeps for those that are none.
const maintainer = "The sdrm authors <nobody@sdrm.invalid>"

const (
	summary = "trains backdoored image classifiers and shows what detectors make of them"
	text    = `Trains image classifiers with a backdoor on a CPU, with and without
statistical difference reduction (arXiv:2111.05077), measures how far
malicious inputs stand from benign ones inside the network, and shows
which detectors notice.`
)

// describe returns what a package says of itself, and what it holds.
func (r release) describe(format, arch string, contents files.Contents) *nfpm.Info {
	description := text
	if format == "deb" {
		description = summary + "\n" + text // where its first line is the summary
	}
	return nfpm.WithDefaults(&nfpm.Info{
		Name:          "sdrm",
		Arch:          arch,
		Version:       packageVersion(r.version, r.date),
		VersionSchema: "none",
		Release:       "1",
		Section:       "science",
		Priority:      "optional",
		Maintainer:    maintainer,
		Description:   description,
		License:       "MIT",
		MTime:         r.date,
		Overridables: nfpm.Overridables{
			Contents: contents,
			// The program is static; to download data it wants the authorities of TLS.
			Recommends: []string{"ca-certificates"},
			RPM:        nfpm.RPM{Summary: summary, Group: "Applications/Engineering", BuildHost: "localhost"},
		},
	})
}

var (
	hash  = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	since = regexp.MustCompile(`-([0-9]+)-g([0-9a-f]{7,40})$`)
)

// packageVersion makes of what git describes a version that sorts in Debian and in
// RPM as the commits do: a tag's number, with ~ before what is not yet that number
// and + before the commits since; without a tag 0~git, the time and the commit.
func packageVersion(described string, date time.Time) string {
	version, dirty := strings.CutSuffix(described, "-dirty")
	later := ""
	if m := since.FindStringSubmatch(version); m != nil {
		version, later = strings.TrimSuffix(version, m[0]), "+"+m[1]+"."+m[2]
	}
	if dirty {
		later += "+dirty"
	}
	numbered := strings.TrimPrefix(version, "v")
	switch {
	case hash.MatchString(version):
		version = "0~git" + date.UTC().Format("20060102150405") + "." + version
	case numbered != "" && '0' <= numbered[0] && numbered[0] <= '9':
		version = strings.Replace(numbered, "-", "~", 1)
	default:
		version = "0~" + version
	}
	return strings.NewReplacer("-", ".", "_", ".").Replace(version) + later
}
