package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/verify"
)

func newVerify(g *globals) *cobra.Command {
	var everyhow bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Prove that this machine computes the same bits as all others",
		Long: `Prove that this machine computes the same bits as all others.

Every kernel of every instruction set that this CPU has is compared with its
definition, at all small sizes, on numbers of all kinds and between pages of
memory that it must not touch. Then many small computations, from single
operations to training runs that are interrupted and resumed, are done with the
instruction set of SDRM_ISA and the number of --threads, or with --all with every
instruction set of this CPU and 1, 2 and 7 threads, and what they give is
compared with the list of digests in this program. Exit code 4 if anything
differs.`,
		Example: `  sdrm verify
  sdrm verify --all --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			out := c.OutOrStdout()
			var failed error // of the output
			u := newUnits(c.ErrOrStderr(), "verify")
			defer u.clear()
			done := 0
			ways := verify.Here()
			if everyhow {
				ways = verify.Everyhow()
			}
			all := verify.Count(ways)
			u.on("", 0, all, 0)
			r, err := verify.Run(c.Context(), ways, func(check verify.Check) {
				done++
				switch {
				case g.json:
					u.on(check.Name, done, all, 1)
				case failed == nil:
					u.clear()
					failed = printCheck(out, check)
				}
				if done < all {
					u.on("", done, all, 0)
				}
			})
			u.clear()
			if err != nil {
				return err
			}
			if failed != nil {
				return failed
			}
			if g.json {
				err = printJSON(out, r)
			} else {
				err = printVerdict(out, r)
			}
			if err == nil && !r.OK {
				err = &checkError{r.Failed, len(r.Checks)}
			}
			return err
		},
	}
	c.Flags().BoolVar(&everyhow, "all", false, "with every instruction set of this CPU, and 1, 2 and 7 threads")
	return c
}

func printCheck(w io.Writer, c verify.Check) error {
	mark, rest := "ok  ", ""
	if c.Digest != "" {
		rest = "  " + c.Digest[:16]
	}
	if !c.OK {
		mark, rest = "FAIL", "  "+c.Problem
	}
	return printf(w, "%s %7.3f s  %s%s\n", mark, c.Seconds, c.Name, rest)
}

func printVerdict(w io.Writer, r verify.Report) error {
	verdict, guards := "verified", ""
	if !r.OK {
		verdict = "NOT VERIFIED"
	}
	if !r.Guarded {
		guards = " without guard pages"
	}
	how := r.Ways[0].String()
	if len(r.Ways) > 1 {
		how = fmt.Sprintf("each of them, in %d ways", len(r.Ways))
	}
	return printf(w, "%s: %d of %d checks passed on %s: kernels of %s%s, known answers with %s\n",
		verdict, len(r.Checks)-r.Failed, len(r.Checks), r.System, strings.Join(r.Tables, ", "), guards, how)
}
