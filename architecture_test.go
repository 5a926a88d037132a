// Package sdrm holds no code: the project's rooms are the folders below.
package sdrm

import (
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

// floors is the table of docs/design.md: what each room may import of ours.
var floors = map[string][]string{
	"internal":       {"internal"},
	"asm":            {},
	"asm/conform":    {"asm"},
	"datasets":       {"internal"},
	"tensor":         {"asm", "internal"},
	"tensor/linalg":  {"tensor", "asm", "internal"},
	"autograd":       {"tensor", "asm", "internal"},
	"layers":         {"autograd", "tensor", "internal"},
	"mmd":            {"autograd", "tensor", "tensor/linalg", "asm", "internal"},
	"attacks":        {"datasets", "tensor", "layers", "internal"},
	"models":         {"layers", "autograd", "tensor", "internal"},
	"models/weights": {"models", "layers", "internal"},
	"defenses":       {"mmd", "models", "autograd", "tensor/linalg", "tensor", "asm", "internal"},
	"train":          {"models/weights", "models", "layers", "autograd", "attacks", "mmd", "datasets", "tensor", "asm", "internal"},
	"experiment":     {"models/weights", "train", "defenses", "mmd", "attacks", "datasets", "models", "layers", "tensor", "tensor/linalg", "autograd", "asm", "internal"},
	"report":         {"experiment", "internal"},
	"bench":          {"models/weights", "train", "defenses", "mmd", "models", "layers", "autograd", "attacks", "datasets", "tensor", "asm", "internal"},
	"verify": {"models/weights", "experiment", "train", "defenses", "mmd", "attacks", "datasets", "models", "autograd", "tensor", "tensor/linalg",
		"asm", "asm/conform", "internal"},
	"scripts/sbom": {},
	"cmd/sdrm":     nil, // everything below
}

// room returns the row of the table that a package belongs to.
func room(pkg string) string {
	if pkg == "internal" || strings.HasPrefix(pkg, "internal/") {
		return "internal"
	}
	if strings.HasPrefix(pkg, "bench/") {
		return "bench"
	}
	return pkg
}

func TestImportsOnlyGoDown(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		from := room(filepath.ToSlash(filepath.Dir(path)))
		allowed, known := floors[from]
		if !known {
			t.Errorf("%s: the room %q stands on no floor of docs/design.md", path, from)
			return nil
		}
		seen[from] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			ours, isOurs := strings.CutPrefix(name, "sdrm/")
			to := room(ours)
			if !isOurs || allowed == nil || to == from {
				continue
			}
			if !slices.Contains(allowed, to) {
				t.Errorf("%s: %s must not import %s", path, from, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range floors {
		if _, err := os.Stat(name); err == nil && !seen[name] {
			t.Errorf("the room %s holds no Go file", name)
		}
	}
}
