// Command sbom prints a CycloneDX list of what is compiled into binaries of
// this project, as the binaries themselves say, and gathers the licences of
// that:
//
//	go run ./scripts/sbom -version VERSION -notices FILE BINARY...
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

func main() {
	version := flag.String("version", "", "version of the binaries")
	notices := flag.String("notices", "", "file to write the licences to")
	flag.Parse()
	if err := run(*version, *notices, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(version, notices string, binaries []string) error {
	if version == "" || notices == "" || len(binaries) == 0 {
		return fmt.Errorf("usage: sbom -version VERSION -notices FILE BINARY [BINARY ...]")
	}
	toolchain, modules, err := read(binaries)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(list(version, toolchain, modules), "", "  ")
	if err != nil {
		return err
	}
	licences, err := gather(toolchain, modules)
	if err != nil {
		return err
	}
	if err := os.WriteFile(notices, licences, 0o644); err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(text, '\n'))
	return err
}

// read returns the modules of all binaries, sorted by path, and the version of
// Go, which must be one.
func read(binaries []string) (toolchain string, modules []*debug.Module, err error) {
	byPath := map[string]*debug.Module{}
	for _, file := range binaries {
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			return "", nil, err
		}
		if toolchain == "" {
			toolchain = info.GoVersion
		}
		if info.GoVersion != toolchain {
			return "", nil, fmt.Errorf("%s: found %s, want %s of the other binaries", file, info.GoVersion, toolchain)
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			if other := byPath[m.Path]; other != nil && *other != *m {
				return "", nil, fmt.Errorf("%s: found %s %s, want %s of the other binaries", file, m.Path, m.Version, other.Version)
			}
			byPath[m.Path] = m
		}
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		modules = append(modules, byPath[path])
	}
	return toolchain, modules, nil
}

// The parts of CycloneDX 1.5 that are used.
type (
	bom struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		URL        string     `json:"purl"`
		Properties []property `json:"properties,omitempty"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
)

// list describes the program, the standard library and the modules.
func list(version, toolchain string, modules []*debug.Module) bom {
	describe := func(kind, name, version string, properties ...property) component {
		url := "pkg:golang/" + name + "@" + strings.ReplaceAll(version, "+", "%2B")
		return component{kind, url, name, version, url, properties}
	}
	b := bom{Format: "CycloneDX", Spec: "1.5", Version: 1}
	b.Metadata.Component = describe("application", "sdrm", version)
	b.Components = append(b.Components, describe("library", "std", strings.TrimPrefix(toolchain, "go")))
	for _, m := range modules {
		// Sum is the checksum of go.sum.
		b.Components = append(b.Components, describe("library", m.Path, m.Version, property{"golang:sum", m.Sum}))
	}
	on := dependency{Ref: b.Metadata.Component.Ref}
	for _, c := range b.Components {
		on.On = append(on.On, c.Ref)
	}
	b.Dependencies = []dependency{on}
	return b
}

// gather returns the licences of Go and of the modules, as they lie in Go's
// folder and in the module cache.
func gather(toolchain string, modules []*debug.Module) ([]byte, error) {
	root, err := goTool("env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var out []byte
	add := func(title, dir string) error {
		files, err := licences(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			out = fmt.Appendf(out, "%s, %s\n\n%s\n\n", title, filepath.Base(file), strings.TrimSpace(string(text)))
		}
		return nil
	}
	if err := add("Go's standard library "+toolchain, root); err != nil {
		return nil, err
	}
	for _, m := range modules {
		dir, err := goTool("list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return nil, err
		}
		if err := add(m.Path+" "+m.Version, dir); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// licences returns the licence files of a folder, of which there must be one.
func licences(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if !e.IsDir() && (strings.HasPrefix(name, "LICENSE") || strings.HasPrefix(name, "COPYING") || strings.HasPrefix(name, "NOTICE")) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no licence file", dir)
	}
	return files, nil
}

func goTool(args ...string) (string, error) {
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
