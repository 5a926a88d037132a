// Package verify proves on the machine at hand that the program computes there
// what it computes everywhere: every kernel against its definition, then many
// small computations, from single ops to whole runs, whose digests are compared
// with the golden list that is built into the program.
package verify

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"sdrm/asm"
	"sdrm/asm/conform"
	"sdrm/internal/parallel"
)

// Check is one line of a Report: a family of kernels or a computation.
type Check struct {
	Name    string  `json:"name"`
	OK      bool    `json:"ok"`
	Digest  string  `json:"digest,omitempty"`  // SHA-256 of what a computation computed
	Problem string  `json:"problem,omitempty"` // what is wrong
	Seconds float64 `json:"seconds"`
}

// Report is the outcome of a verification.
type Report struct {
	System  string   `json:"system"`      // operating system and architecture
	Tables  []string `json:"isas"`        // instruction sets whose kernels were checked
	Ways    []Way    `json:"ways"`        // in which the computations were done
	Guarded bool     `json:"guard_pages"` // kernels were run between pages that must not be touched
	OK      bool     `json:"ok"`
	Failed  int      `json:"failed"`
	Checks  []Check  `json:"checks"`
}

// Way is how computations are done, which their results must not depend on.
type Way struct {
	ISA     string `json:"isa"`
	Threads int    `json:"threads"` // of computations with no number of their own
	kernels *asm.Kernels
}

// Here is the way in which the program is set up.
func Here() []Way {
	k := asm.Current()
	return []Way{{k.ISA.String(), parallel.Workers(), k}}
}

// Everyhow are all instruction sets of this CPU, each with 1, 2 and 7 threads.
func Everyhow() []Way {
	var ways []Way
	for _, k := range asm.Available() {
		for _, threads := range []int{1, 2, 7} {
			ways = append(ways, Way{k.ISA.String(), threads, k})
		}
	}
	return ways
}

func (w Way) String() string { return fmt.Sprintf("%s and %d threads", w.ISA, w.Threads) }

// Run does all checks, the computations in each of the ways, and tells each of every check when it is done. A check
// that fails does not end the run; the error is for what keeps checks from
// being done at all, and context.Canceled if ctx ends.
func Run(ctx context.Context, ways []Way, each func(Check)) (Report, error) {
	r := Report{System: runtime.GOOS + "/" + runtime.GOARCH, Ways: ways, Guarded: conform.Guarded, OK: true}
	for _, k := range asm.Available() {
		r.Tables = append(r.Tables, k.ISA.String())
	}
	do := func(name string, check func() (digest string, err error)) error {
		if ctx.Err() != nil {
			return context.Canceled
		}
		began := time.Now()
		c := Check{Name: name, OK: true}
		digest, err := check()
		if ctx.Err() != nil {
			return context.Canceled
		}
		c.Digest, c.Seconds = digest, time.Since(began).Round(time.Millisecond).Seconds()
		if err != nil {
			c.OK, c.Problem = false, err.Error()
			r.OK = false
			r.Failed++
		}
		r.Checks = append(r.Checks, c)
		each(c)
		return nil
	}
	return r, checks(ctx, ways, do)
}

// Count returns how many checks Run does.
func Count(ways []Way) (n int) {
	// What keeps them from being done Run says.
	_ = checks(context.Background(), ways, func(string, func() (string, error)) error {
		n++
		return nil
	})
	return n
}

// checks hands every check to do.
func checks(ctx context.Context, ways []Way, do func(name string, check func() (digest string, err error)) error) error {
	if err := kernels(do); err != nil {
		return err
	}
	limit := parallel.SetWorkers(0)
	defer parallel.SetWorkers(limit)
	for _, way := range ways {
		named := do
		if len(ways) > 1 {
			named = func(name string, check func() (string, error)) error { return do(name+" with "+way.String(), check) }
		}
		parallel.SetWorkers(way.Threads)
		restore := asm.Use(way.kernels)
		err := compare(ctx, computations(), golden(), named)
		restore()
		if err != nil {
			return err
		}
	}
	return nil
}

// kernels checks every kernel of every table.
func kernels(do func(name string, check func() (string, error)) error) error {
	m, err := conform.NewMemory()
	if err != nil {
		return err
	}
	defer m.Close()
	for _, k := range asm.Available() {
		for _, f := range conform.Families {
			if err := do(fmt.Sprintf("kernels %v %s", k.ISA, f.Name), func() (string, error) { return "", checkFamily(m, k, f) }); err != nil {
				return err
			}
		}
		if err := do(fmt.Sprintf("kernels %v gemm", k.ISA), func() (string, error) { return "", conform.SweepGemm(m, k) }); err != nil {
			return err
		}
	}
	return nil
}

func checkFamily(m *conform.Memory, k *asm.Kernels, f conform.Family) error {
	for _, kc := range f.Cases {
		if err := kc.Sweep(m, k); err != nil {
			return err
		}
		if err := kc.CheckGolden(k); err != nil {
			return err
		}
	}
	return nil
}

// compare does the computations of a list and compares their digests with the
// golden ones.
func compare(ctx context.Context, list []computation, golden map[string]string, do func(name string, check func() (string, error)) error) error {
	for _, r := range list {
		err := do(r.name, func() (string, error) {
			got, err := r.digest(ctx)
			if err != nil {
				return "", err
			}
			switch want, ok := golden[r.key()]; {
			case !ok:
				return got, fmt.Errorf("the golden list has no digest of %q", r.key())
			case got != want:
				return got, fmt.Errorf("digest is %.16s…, want %.16s…", got, want)
			}
			return got, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
