package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// again is how long after the first interrupt another one counts: what comes
// sooner is the same key or the same scheduler.
const again = time.Second

// exitAborted is the shell's code for a program that an interrupt ended.
const exitAborted = 128 + 2

// untilStopped returns a context that ends when the program is asked to stop, by
// an interrupt or one of stopSignals, however often they come: what runs then
// saves and leaves. The first interrupt is answered at once, on w; another one, a
// second later or more, calls abort.
func untilStopped(ctx context.Context, w io.Writer, abort func()) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	asked := make(chan os.Signal, 16)
	for _, s := range append(stopSignals, os.Interrupt) {
		if !signal.Ignored(s) { // as nohup has a hangup
			signal.Notify(asked, s)
		}
	}
	// Without this a write to stdout or stderr that nobody reads ends the program at once;
	// with it the write returns an error. The signal itself says nothing: writes to any
	// socket or pipe raise it.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		var first time.Time
		for s := range asked {
			cancel()
			switch now := time.Now(); {
			case s != os.Interrupt:
			case first.IsZero():
				first = now
				newStatusLine(w).print("sdrm: finishing what is at hand; once more to abort")
			case now.Sub(first) >= again:
				abort()
			}
		}
	}()
	return ctx
}
