package main

import (
	"strings"
	"testing"

	"sdrm/verify"
)

func TestVerifyPrintsALineACheckAndAVerdict(t *testing.T) {
	var out strings.Builder
	digest := strings.Repeat("0123456789abcdef", 4)
	r := verify.Report{
		System: "linux/arm64", Tables: []string{"generic", "neon"}, Ways: []verify.Way{{ISA: "neon", Threads: 3}}, Guarded: true, OK: true,
		Checks: []verify.Check{
			{Name: "kernels neon rows", OK: true, Seconds: 0.25},
			{Name: "op add", OK: true, Digest: digest, Seconds: 1},
			{Name: "op relu", Digest: digest, Problem: "digest is 01, want 02", Seconds: 2},
		},
	}
	for _, c := range r.Checks {
		if err := printCheck(&out, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := printVerdict(&out, r); err != nil {
		t.Fatal(err)
	}
	r.OK, r.Failed, r.Guarded = false, 1, false
	if err := printVerdict(&out, r); err != nil {
		t.Fatal(err)
	}
	r.Ways = append(r.Ways, r.Ways[0])
	if err := printVerdict(&out, r); err != nil {
		t.Fatal(err)
	}
	const want = `ok     0.250 s  kernels neon rows
ok     1.000 s  op add  0123456789abcdef
FAIL   2.000 s  op relu  digest is 01, want 02
verified: 3 of 3 checks passed on linux/arm64: kernels of generic, neon, known answers with neon and 3 threads
NOT VERIFIED: 2 of 3 checks passed on linux/arm64: kernels of generic, neon without guard pages, known answers with neon and 3 threads
NOT VERIFIED: 2 of 3 checks passed on linux/arm64: kernels of generic, neon without guard pages, known answers with each of them, in 2 ways
`
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", &out, want)
	}
}
