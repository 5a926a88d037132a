package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"sdrm/experiment/plan"
	"sdrm/experiment/run"
	"sdrm/internal/fault"
	"sdrm/internal/parallel"
	"sdrm/train"
)

// inOwnProcess returns a function that runs a cell in a process of its own, a sweep
// of the one cell: several at a time then share the threads but no memory, and
// one that the system ends leaves the others alone.
func (g *globals) inOwnProcess(p *plan.Plan, out string) func(context.Context, plan.Cell, string, int) error {
	return func(ctx context.Context, c plan.Cell, _ string, jobs int) error {
		threads := max(1, parallel.Workers()/jobs)
		program, err := os.Executable()
		if err != nil {
			return err
		}
		child := exec.CommandContext(ctx, program, "sweep", "run", standardInput, "--out", out,
			"--cell", strconv.Itoa(c.Number),
			"--threads", strconv.Itoa(threads), "--image-memory", strconv.FormatInt(g.memory, 10))
		child.Args[0] = os.Args[0]
		child.Cancel = func() error {
			if child.Process.Signal(syscall.SIGTERM) == nil {
				return nil
			}
			return child.Process.Kill()
		}
		child.Stdin = strings.NewReader(p.Text) // the file may have changed
		var stderr bytes.Buffer
		child.Stderr = &stderr
		err = child.Run()
		said := strings.TrimSpace(stderr.String())
		said = strings.TrimPrefix(said[strings.LastIndexByte(said, '\n')+1:], "sdrm: ")
		folder, busy := strings.CutSuffix(said, run.ErrBusy.Error()) // of which the name may be all
		said = strings.TrimPrefix(said, c.Name+": ")
		switch code := child.ProcessState.ExitCode(); {
		case code == exitDone:
			return nil
		case code == exitInterrupted, ctx.Err() != nil:
			return train.ErrInterrupted
		case code == exitInput:
			return fault.Input(errors.New(said))
		case busy:
			return fmt.Errorf("%s%w", folder, run.ErrBusy)
		case said != "":
			err = fmt.Errorf("%w: %s", err, said)
		}
		return err
	}
}
