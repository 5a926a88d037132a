// Package sdrm holds no code: its packages are the folders below.
package sdrm

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// contract is the page with the table of packages.
const contract = "docs/design.md"

// A unit is a row of the table: a folder with the folders inside it that have no
// row of their own.
type unit struct {
	layer      int
	imports    []string // units
	thirdParty []string // modules
	used       map[string]bool
}

// units reads the table of packages: layer, package, what is in it, what of ours
// it imports, and what of others.
func units(t *testing.T) map[string]*unit {
	t.Helper()
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*unit{}
	for line := range bytes.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(string(line)), "|"), "|")
		if len(cells) != 5 {
			continue
		}
		layer, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue // the head
		}
		names := codes(cells[1])
		if len(names) != 1 {
			t.Fatalf("%s: a row names %d packages, want one: %s", contract, len(names), line)
		}
		all[names[0]] = &unit{layer, codes(cells[3]), codes(cells[4]), map[string]bool{}}
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

// unitOf returns the unit with the longest name that a package lies in.
func unitOf[V any](all map[string]V, pkg string) (name string, ok bool) {
	for candidate := range all {
		if inModule(pkg, candidate) && len(candidate) > len(name) {
			name, ok = candidate, true
		}
	}
	return name, ok
}

// eachFile calls use with every Go file in the folders below this one, parsed as
// far as mode says.
func eachFile(t *testing.T, mode parser.Mode, use func(path string, file *ast.File) error) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || isModule(path)) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || filepath.Dir(path) == "." {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, mode)
		if err != nil {
			return err
		}
		return use(filepath.ToSlash(path), file)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isModule tells whether a folder is a module of its own, whose imports are none of
// the program's.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// eachImport calls use with every import of a Go file below this folder, and
// the folder that the file is in.
func eachImport(t *testing.T, use func(file, folder, imported string)) {
	t.Helper()
	eachFile(t, parser.ImportsOnly, func(name string, file *ast.File) error {
		use(name, path.Dir(name), "") // a file without imports is in a unit too
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			use(name, path.Dir(name), imported)
		}
		return nil
	})
}

// Every import of ours goes to a lower layer and stands in the table, every
// other one beside the standard library too, and the table says nothing more.
func TestTheTableOfPackagesIsTrue(t *testing.T) {
	all := units(t)
	seen := map[string]bool{}
	eachImport(t, func(file, folder, imported string) {
		from, ok := unitOf(all, folder)
		if !ok {
			t.Errorf("%s: the table of %s has no row for it", file, contract)
			return
		}
		seen[from] = true
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(folder, "test") {
			return
		}
		r := all[from]
		if ours, isOurs := strings.CutPrefix(imported, "sdrm/"); isOurs {
			to, _ := unitOf(all, ours)
			switch {
			case to == from:
			case !slices.Contains(r.imports, to):
				t.Errorf("%s: %s must not import %s", file, from, to)
			case all[to].layer >= r.layer:
				t.Errorf("%s: %s in layer %d imports %s in layer %d", file, from, r.layer, to, all[to].layer)
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
			t.Errorf("%s: %s holds no Go file", contract, name)
		}
		for _, allowed := range slices.Concat(r.imports, r.thirdParty) {
			if !r.used[allowed] {
				t.Errorf("%s: %s does not import %s", contract, name, allowed)
			}
		}
	}
}

// What tests import of others beside what their package does stands in the
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
	all := units(t)
	allowed := codes(line)
	eachImport(t, func(file, folder, imported string) {
		first, _, _ := strings.Cut(imported, "/")
		if !strings.HasSuffix(file, "_test.go") || !strings.Contains(first, ".") {
			return
		}
		from, _ := unitOf(all, folder)
		in := func(module string) bool { return inModule(imported, module) }
		switch i := slices.IndexFunc(allowed, in); {
		case i >= 0:
			delete(unused, allowed[i])
		case from == "" || !slices.ContainsFunc(all[from].thirdParty, in):
			t.Errorf("%s: the test must not import %s", file, imported)
		}
	})
	for name := range unused {
		t.Errorf("%s: no test imports %s", contract, name)
	}
}

// eachUse calls use with every mention of one of the functions in a Go file below
// this folder.
func eachUse(t *testing.T, functions []string, use func(file, function string)) {
	t.Helper()
	eachFile(t, parser.SkipObjectResolution, func(name string, file *ast.File) error {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && mentions(call.Args, "O_WRONLY") {
				return false // opens a file to write it
			}
			if s, ok := n.(*ast.SelectorExpr); ok {
				if from, ok := s.X.(*ast.Ident); ok && slices.Contains(functions, from.Name+"."+s.Sel.Name) {
					use(name, from.Name+"."+s.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
}

// mentions tells whether a name of a package stands in one of the expressions.
func mentions(expressions []ast.Expr, name string) (found bool) {
	for _, e := range expressions {
		ast.Inspect(e, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			found = found || ok && s.Sel.Name == name
			return !found
		})
	}
	return found
}

// What a file holds is read through internal/regular alone, which refuses pipes,
// folders and devices: one way to open a file for reading, and this is it.
func TestFilesAreOpenedInOnePlace(t *testing.T) {
	const theWay = "internal/regular"
	opens := []string{
		"os.Open", "os.OpenFile", "os.ReadFile", "os.DirFS", "os.OpenRoot", "os.OpenInRoot",
		"zip.OpenReader", "syscall.Open", "unix.Open",
	}
	// Those that open something else, and what.
	others := map[string]string{
		"internal/atomicfile/syncdir_other.go":  "folders, to sync them",
		"internal/atomicfile/synctree_linux.go": "a folder, to sync its file system",
		"internal/golden/golden.go":             "the golden files of tests",
		"scripts/sbom/main.go":                  "licences of modules, for a release",
	}
	used := map[string]bool{}
	eachUse(t, opens, func(name, function string) {
		if strings.HasSuffix(name, "_test.go") || inModule(path.Dir(name), theWay) {
			return
		}
		if used[name] = true; others[name] == "" {
			t.Errorf("%s: %s, want %s to open files", name, function, theWay)
		}
	})
	for name, what := range others {
		if !used[name] {
			t.Errorf("%s: opens no files by itself, though it is said to open %s", name, what)
		}
	}
}

// What people read is printed by functions that make text from elsewhere harmless.
func TestTextIsPrintedInOnePlace(t *testing.T) {
	prints := []string{"fmt.Print", "fmt.Printf", "fmt.Println", "fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln", "io.WriteString", "io.Copy"}
	places := []string{"cmd/sdrm/print.go", "report/table.go", "report/html.go"}
	eachUse(t, prints, func(name, function string) {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(places, name) {
			return
		}
		if dir := path.Dir(name); dir == "cmd/sdrm" || dir == "report" {
			t.Errorf("%s: %s, want the functions of %s", name, function, strings.Join(places, ", "))
		}
	})
}

// The row of internal names each of its folders.
func TestInternalIsListed(t *testing.T) {
	text, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(text), "| 0 | `internal` |")
	row, _, _ = strings.Cut(row, "\n")
	listed := strings.FieldsFunc(row, func(r rune) bool { return r < 'a' || r > 'z' })
	folders, err := os.ReadDir("internal")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !slices.Contains(listed, f.Name()) {
			t.Errorf("%s: the row of internal does not name %s", contract, f.Name())
		}
	}
}

// exact are the functions of package math that give the same bits on every architecture.
var exact = []string{"Abs", "Ceil", "Copysign", "Float32bits", "Float32frombits", "Float64bits", "Float64frombits", "Floor", "Frexp",
	"Inf", "IsInf", "IsNaN", "Ldexp", "Max", "Min", "NaN", "Nextafter", "Round", "Signbit", "Sqrt", "Trunc"}

// The prose of documents is folded, so that a change of a sentence shows as one.
// Tables, code, headings and pictures are lines as long as they must be.
func TestProseIsFolded(t *testing.T) {
	const columns = 120
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Fatalf("%s: %d pages, %v", pattern, len(found), err)
		}
		pages = append(pages, found...)
	}
	whole := regexp.MustCompile(`^(\||#|<|!\[|    )`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		code := false
		for n, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				code = !code
			}
			if length := utf8.RuneCountInString(line); !code && length > columns && !whole.MatchString(line) {
				t.Errorf("%s:%d: found %d columns, want at most %d", page, n+1, length, columns)
			}
		}
	}
}

// The others are compiled with fused products on some architectures or are assembly on
// some: the program uses internal/fmath in their place.
func TestNoFunctionDiffersBetweenArchitectures(t *testing.T) {
	eachFile(t, parser.SkipObjectResolution, func(name string, file *ast.File) error {
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok {
					if of, ok := f.X.(*ast.Ident); ok && of.Name == "math" && !slices.Contains(exact, f.Sel.Name) {
						t.Errorf("%s: calls math.%s, which is not the same on every architecture", name, f.Sel.Name)
					}
				}
			}
			return true
		})
		return nil
	})
}
