package main

import (
	"bufio"
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNoProductIsFused reads the machine code of the program where the compiler
// may fuse a product with a sum: no function of ours has such an instruction.
// Those that mean one call asm.FMA or a kernel. What is fused here has another
// result on amd64, whether or not a computation shows it.
func TestNoProductIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a build")
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command to build with")
	}
	program := filepath.Join(t.TempDir(), "sdrm")
	build := exec.Command(goCommand, "build", "-o", program, ".")
	build.Env = append(build.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}
	code, err := exec.Command(goCommand, "tool", "objdump", "-s", `^(sdrm/|main\.)`, program).Output()
	if err != nil {
		t.Fatal(err)
	}
	products, functions, fused := scalarFloats(code)
	if functions < 1000 || products < 500 {
		t.Errorf("%d functions with %d products: the disassembly is not of the program", functions, products)
	}
	for _, at := range fused {
		t.Errorf("%s: write float32(x*y) or float64(x*y) for the product", at)
	}
}

// scalarFloats counts functions and products in what go tool objdump prints, and
// returns where products are fused.
func scalarFloats(code []byte) (products, functions int, fused []string) {
	product, both := regexp.MustCompile(`\tFMUL[SD] `), regexp.MustCompile(`\tFN?M(ADD|SUB)[SD] `)
	function := ""
	lines := bufio.NewScanner(bytes.NewReader(code))
	for lines.Scan() {
		switch line := lines.Bytes(); {
		case bytes.HasPrefix(line, []byte("TEXT ")):
			function = strings.Fields(lines.Text())[1]
			functions++
		case product.Match(line):
			products++
		case both.Match(line):
			fused = append(fused, function+" "+strings.Fields(lines.Text())[0])
		}
	}
	return products, functions, fused
}

func TestFusedProductsAreFound(t *testing.T) {
	const code = "TEXT sdrm/a.f(SB) /a.go\n" +
		"  a.go:9\t\t0x10\t\t1f208440\t\tFNMSUBS F0, F1, F2, F0\t\n" +
		"  a.go:10\t\t0x14\t\t1e620821\t\tFMULD F2, F1, F1\t\n" +
		"TEXT sdrm/a.g(SB) /a.go\n" +
		"  a.go:12\t\t0x18\t\t1f4404c1\t\tFMADDD F4, F1, F6, F1\t\n"
	products, functions, fused := scalarFloats([]byte(code))
	if got := strings.Join(fused, "; "); products != 1 || functions != 2 || got != "sdrm/a.f(SB) a.go:9; sdrm/a.g(SB) a.go:12" {
		t.Errorf("%d products in %d functions, fused: %s", products, functions, got)
	}
}
