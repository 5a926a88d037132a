// Package sdrm holds no code: the project's rooms are the folders below.
package sdrm

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// contract is the page with the table of rooms.
const contract = "docs/design.md"

// A room is a row of the table: a folder with the folders below it that have no
// row of their own.
type room struct {
	floor      int
	imports    []string // rooms
	thirdParty []string // modules
	used       map[string]bool
}

// rooms reads the table of rooms: floor, room, what lives there, what of ours it
// imports, and what of others.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*room{}
	for line := range bytes.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(string(line)), "|"), "|")
		if len(cells) != 5 {
			continue
		}
		floor, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue // the head
		}
		names := codes(cells[1])
		if len(names) != 1 {
			t.Fatalf("%s: a row names %d rooms, want one: %s", contract, len(names), line)
		}
		all[names[0]] = &room{floor, codes(cells[3]), codes(cells[4]), map[string]bool{}}
	}
	return all
}

// codes returns the words of a cell that are set as code.
func codes(cell string) []string {
	var out []string
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			out = append(out, part)
		}
	}
	return out
}

// inModule tells whether a package belongs to a module or a part of one.
func inModule(pkg, module string) bool { return pkg == module || strings.HasPrefix(pkg, module+"/") }

// roomOf returns the room with the longest name that a package lies in.
func roomOf[V any](all map[string]V, pkg string) (name string, ok bool) {
	for candidate := range all {
		if inModule(pkg, candidate) && len(candidate) > len(name) {
			name, ok = candidate, true
		}
	}
	return name, ok
}

// eachImport calls use with every import of a Go file below this folder, and
// the folder that the file is in.
func eachImport(t *testing.T, use func(file, folder, imported string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || filepath.Dir(path) == "." {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		use(path, filepath.ToSlash(filepath.Dir(path)), "") // a file without imports is in a room too
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			use(path, filepath.ToSlash(filepath.Dir(path)), name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every import of ours goes to a lower floor and stands in the table, every
// other one beside the standard library too, and the table says nothing more.
func TestTheTableOfRoomsIsTrue(t *testing.T) {
	all := rooms(t)
	seen := map[string]bool{}
	eachImport(t, func(file, folder, imported string) {
		from, ok := roomOf(all, folder)
		if !ok {
			t.Errorf("%s: the table of %s has no room for it", file, contract)
			return
		}
		seen[from] = true
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(folder, "test") {
			return
		}
		r := all[from]
		if ours, isOurs := strings.CutPrefix(imported, "sdrm/"); isOurs {
			to, _ := roomOf(all, ours)
			switch {
			case to == from:
			case !slices.Contains(r.imports, to):
				t.Errorf("%s: %s must not import %s", file, from, to)
			case all[to].floor >= r.floor:
				t.Errorf("%s: %s on floor %d imports %s on floor %d", file, from, r.floor, to, all[to].floor)
			}
			r.used[to] = true
		} else if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
			i := slices.IndexFunc(r.thirdParty, func(module string) bool { return inModule(imported, module) })
			if i < 0 {
				t.Errorf("%s: %s must not import %s", file, from, imported)
				return
			}
			r.used[r.thirdParty[i]] = true
		}
	})
	for name, r := range all {
		if !seen[name] {
			t.Errorf("%s: the room %s holds no Go file", contract, name)
		}
		for _, allowed := range slices.Concat(r.imports, r.thirdParty) {
			if !r.used[allowed] {
				t.Errorf("%s: %s does not import %s", contract, name, allowed)
			}
		}
	}
}

// What tests import of others beside what their room does stands in the
// contract, in the line that begins so.
func TestTheLibrariesOfTestsAreListed(t *testing.T) {
	const begins = "Tests may also use "
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	_, line, ok := strings.Cut(string(text), "\n"+begins)
	if !ok {
		t.Fatalf("%s: no line begins %q", contract, begins)
	}
	line, _, _ = strings.Cut(line, "\n")
	unused := map[string]bool{}
	for _, name := range codes(line) {
		unused[name] = true
	}
	all := rooms(t)
	allowed := codes(line)
	eachImport(t, func(file, folder, imported string) {
		first, _, _ := strings.Cut(imported, "/")
		if !strings.HasSuffix(file, "_test.go") || !strings.Contains(first, ".") {
			return
		}
		from, _ := roomOf(all, folder)
		in := func(module string) bool { return inModule(imported, module) }
		switch i := slices.IndexFunc(allowed, in); {
		case i >= 0:
			delete(unused, allowed[i])
		case from == "" || !slices.ContainsFunc(all[from].thirdParty, in):
			t.Error(fmt.Sprintf("%s: the test must not import %s", file, imported))
		}
	})
	for name := range unused {
		t.Errorf("%s: no test imports %s", contract, name)
	}
}
