package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPackageVersion(t *testing.T) {
	date := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	// In ascending order.
	versions := []struct{ described, want string }{
		{"0a1b2c3-dirty", "0~git20260304050607.0a1b2c3+dirty"},
		{"1a1b2c3", "0~git20260304050607.1a1b2c3"},
		{"main", "0~main"},
		{"v1.2.3-rc1", "1.2.3~rc1"},
		{"v1.2.3-rc1-2-g0a1b2c3", "1.2.3~rc1+2.0a1b2c3"},
		{"v1.2.3-rc2", "1.2.3~rc2"},
		{"v1.2.3", "1.2.3"},
		{"v1.2.3-4-g0a1b2c3", "1.2.3+4.0a1b2c3"},
		{"v1.2.3-10-g0a1b2c3-dirty", "1.2.3+10.0a1b2c3+dirty"},
		{"1.2.4_a", "1.2.4.a"},
	}
	_, err := exec.LookPath("dpkg")
	for i, v := range versions {
		if got := packageVersion(v.described, date); got != v.want {
			t.Errorf("%s: found %s, want %s", v.described, got, v.want)
		}
		if i > 0 && err == nil {
			command(t, "dpkg", "--compare-versions", versions[i-1].want, "lt", v.want)
		}
	}
}

// notices stands for the licences of what is compiled in.
const notices = "A library, under its licence.\n"

// packages makes the packages of the program that $SDRM names, in a folder.
func packages(t *testing.T) string {
	t.Helper()
	program := os.Getenv("SDRM")
	if program == "" {
		t.Fatal("SDRM is not set, want the path of the program")
	}
	dir := t.TempDir()
	r := release{
		version: "v1.2.3", date: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), program: program, root: filepath.Join("..", ".."),
		notices: filepath.Join(dir, "notices"), sbom: filepath.Join(dir, "sbom"),
	}
	for _, file := range []string{r.notices, r.sbom} {
		if err := os.WriteFile(file, []byte(notices), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := r.make(out, []string{program}); err != nil {
		t.Fatal(err)
	}
	return out
}

// A package is installed into an empty system, is all there and works, and is
// removed, and nothing is left. It is the same bytes whenever and wherever it is made.
func TestInstallAndRemove(t *testing.T) {
	t.Setenv("TZ", "Asia/Tokyo")
	dir := packages(t)
	t.Setenv("TZ", "America/Lima")
	t.Setenv("TMPDIR", t.TempDir())
	again := packages(t)
	for _, format := range []string{"deb", "rpm"} {
		t.Run(format, func(t *testing.T) {
			file := only(t, dir, format)
			first, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := os.ReadFile(only(t, again, format)); err != nil || !bytes.Equal(first, second) {
				t.Fatalf("made twice, %s is not the same (%v)", filepath.Base(file), err)
			}
			tool := map[string]string{"deb": "dpkg", "rpm": "rpm"}[format]
			if _, err := exec.LookPath(tool); err != nil {
				t.Skipf("needs %s", tool)
			}
			if os.Getuid() != 0 || runtime.GOOS != "linux" {
				t.Skip("only root of Linux installs packages")
			}
			systems[format](t, file)
		})
	}
}

// only returns the one package of a format in a folder.
func only(t *testing.T, dir, format string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*."+format))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d packages for %s, want 1 (%v)", len(found), format, err)
	}
	return found[0]
}

// systems installs a package into an empty system of its kind, has it looked at
// and removes it.
var systems = map[string]func(t *testing.T, file string){
	"deb": func(t *testing.T, file string) {
		root := t.TempDir()
		for _, dir := range []string{"var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"} {
			if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		command(t, "dpkg", "--root", root, "--install", file)
		look(t, root, "usr/share/zsh/vendor-completions/_sdrm", "usr/share/doc/sdrm/copyright",
			"usr/share/doc/sdrm/changelog.gz", "usr/share/doc/sdrm/changelog.Debian.gz")
		found, err := os.ReadFile(filepath.Join(root, "usr/share/doc/sdrm/copyright"))
		if err != nil || !strings.Contains(string(found), "MIT License") || !strings.Contains(string(found), notices) {
			t.Errorf("copyright is %q, %v", found, err)
		}
		if changed := command(t, "dpkg", "--root", root, "--verify", "sdrm"); changed != "" {
			t.Errorf("checksums differ:\n%s", changed)
		}
		command(t, "dpkg", "--root", root, "--purge", "sdrm")
		if left := below(t, filepath.Join(root, "usr")); len(left) > 0 {
			t.Errorf("left are %v", left)
		}
	},
	"rpm": func(t *testing.T, file string) {
		root := t.TempDir()
		command(t, "rpm", "--root", root, "--initdb")
		command(t, "rpm", "--root", root, "--install", "--nosignature", file)
		look(t, root, "usr/share/zsh/site-functions/_sdrm", "usr/share/licenses/sdrm/LICENSE",
			"usr/share/licenses/sdrm/NOTICES.txt", "usr/share/doc/sdrm/CHANGELOG.md")
		command(t, "rpm", "--root", root, "--verify", "--nodeps", "sdrm")
		command(t, "rpm", "--root", root, "--erase", "sdrm")
		for _, name := range below(t, filepath.Join(root, "usr")) {
			if strings.Contains(name, "sdrm") {
				t.Errorf("%s is left", name)
			}
		}
	},
}

// look wants all files of the package below root to be there, those that every
// package has and some more, and to work.
func look(t *testing.T, root string, more ...string) {
	t.Helper()
	program := os.Getenv("SDRM")
	want := append(more, "usr/bin/sdrm", "usr/share/bash-completion/completions/sdrm", "usr/share/fish/vendor_completions.d/sdrm.fish",
		"usr/share/doc/sdrm/sbom.cdx.json")
	specs, err := filepath.Glob("../../specs/*.toml")
	if err != nil || len(specs) == 0 {
		t.Fatalf("%d specs, %v", len(specs), err)
	}
	for _, spec := range specs {
		want = append(want, "usr/share/doc/sdrm/examples/"+filepath.Base(spec))
	}
	pages := t.TempDir()
	command(t, program, "man", pages)
	for _, page := range below(t, pages) {
		want = append(want, "usr/share/man/man1/"+page+".gz")
	}
	found := below(t, filepath.Join(root, "usr"))
	found = slices.DeleteFunc(found, func(name string) bool {
		info, err := os.Stat(filepath.Join(root, "usr", name))
		return err == nil && info.IsDir()
	})
	for i := range found {
		found[i] = "usr/" + found[i]
	}
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("the files are %v, want %v", found, want)
	}
	// In the empty system there is nothing but the package.
	if got, want := command(t, "chroot", root, "/usr/bin/sdrm", "--version"), command(t, program, "--version"); got != want {
		t.Errorf("the installed program says %q, want %q", got, want)
	} else if _, err := os.Stat("../../.git"); err == nil && strings.Contains(got, "devel") {
		t.Errorf("the program says %q, want the commit that it was built from", got)
	}
	got := command(t, "bash", "-c", `source "$1" && complete -p sdrm`, "bash", filepath.Join(root, "usr/share/bash-completion/completions/sdrm"))
	if !strings.HasSuffix(got, " sdrm\n") {
		t.Errorf("bash completes by %q", got)
	}
	if _, err := exec.LookPath("man"); err == nil {
		got := command(t, "man", "--local-file", filepath.Join(root, "usr/share/man/man1/sdrm-train.1.gz"))
		if !strings.Contains(got, "--momentum") {
			t.Errorf("the manual page of train is\n%s", got)
		}
	}
}

// below returns the names of all that is in a folder.
func below(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name, ok := strings.CutPrefix(path, dir+"/"); ok {
			names = append(names, name)
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// command returns what a command prints. That it succeeds is wanted.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, &out, &errs)
	}
	return out.String()
}
