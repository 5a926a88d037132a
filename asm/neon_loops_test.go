package asm

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestNEONLoops counts the instructions of one round of the loops that the page on
// performance lists, and how many of those of products are multiply-adds: every one
// beyond the fma is one of them not done.
func TestNEONLoops(t *testing.T) {
	for file, want := range map[string][]loop{
		"gemm_neon_arm64.s": {
			{115, 96},  // four k, rows of A whole
			{36, 24},   // one k, any strides
			{28, 24},   // one k, columns of A whole
			{210, 192}, // eight k, columns of A whole
		},
		// Input, filter, output, output gradient, filter gradient.
		"winograd4_neon_arm64.s": {{315, 36}, {168, 18}, {195, 30}, {168, 30}, {159, 18}},
		"winograd2_neon_arm64.s": {{78, 0}, {73, 0}, {61, 0}, {50, 0}, {73, 14}},
	} {
		if got := loops(assembled(t, file)); !slices.Equal(got, want) {
			t.Errorf("%s: instructions and fma of the loops are %v, want %v", file, got, want)
		}
	}
}

// assembled returns the instructions of a file for ARM.
func assembled(t *testing.T, file string) (words []uint32) {
	t.Helper()
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command to assemble with")
	}
	root, err := exec.Command(goCommand, "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	object := filepath.Join(t.TempDir(), "object.o")
	command := exec.Command(goCommand, "tool", "asm", "-p", "asm", "-I", ".",
		"-I", filepath.Join(strings.TrimSpace(string(root)), "pkg", "include"), "-o", object, file)
	command.Env = append(command.Environ(), "GOOS=linux", "GOARCH=arm64")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	code, err := exec.Command(goCommand, "tool", "objdump", object).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^ .*\t0x[0-9a-f]+\t+([0-9a-f]{8})\t`).FindAllStringSubmatch(string(code), -1) {
		word, err := strconv.ParseUint(m[1], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, uint32(word))
	}
	return words
}

// loop is how many instructions one round takes, and how many of these are fma
// by element, each four multiply-adds.
type loop struct{ instructions, fma int }

// loops returns the loops of code without calls: what lies between a conditional
// branch backwards and its target.
func loops(words []uint32) []loop {
	var all []loop
	for i, word := range words {
		distance := int(int32(word<<8)) >> 13 // imm19, in words
		if word&0xff000010 != 0x54000000 || distance >= 0 {
			continue
		}
		l := loop{instructions: 1 - distance}
		for _, w := range words[i+distance : i] {
			if w&0xffc0f400 == 0x4f801000 {
				l.fma++
			}
		}
		all = append(all, l)
	}
	return all
}
