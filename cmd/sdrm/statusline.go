package main

import (
	"context"
	"io"
	"time"

	"golang.org/x/term"

	"sdrm/internal/progress"
)

// redraw is how often a line is rewritten at most.
const redraw = 100 * time.Millisecond

// statusLine tells what a program does: on a terminal what is at hand, in a line
// that is rewritten, and everywhere, in lines that stay, what is finished.
type statusLine struct {
	w        io.Writer
	rewrites bool // w is a terminal
	written  time.Time
}

func newStatusLine(w io.Writer) *statusLine { return &statusLine{w: w, rewrites: isTerminal(w)} }

// due tells whether the line may be rewritten now.
func (l *statusLine) due() bool { return l.rewrites && time.Since(l.written) >= redraw }

// rewrite tells what is at hand, as far as the terminal is wide: what goes on in its
// next line could not be rewritten.
func (l *statusLine) rewrite(format string, args ...any) {
	if !l.rewrites {
		return
	}
	l.written = time.Now()
	text := []rune(sprintf(format, args...))
	if width := terminalWidth(l.w); width > 0 && len(text) >= width {
		text = text[:width-1]
	}
	printf(l.w, "\r\x1b[K%s", string(text))
}

// reading tells that the images of something are read, and with the context how many of
// them, of sets in which each is a file.
func (l *statusLine) reading(ctx context.Context, of string) context.Context {
	l.rewrite("%s  reading the images", of)
	return progress.With(ctx, func(done, all int) { l.read(of, done, all) })
}

// read tells how many images of something are read.
func (l *statusLine) read(of string, done, all int) {
	if l.due() {
		l.rewrite("%s  reading the images  %d %%", of, 100*done/all)
	}
}

// clear ends what is being rewritten.
func (l *statusLine) clear() { l.rewrite("") }

// print writes a line that stays.
func (l *statusLine) print(format string, args ...any) {
	l.clear()
	printf(l.w, format+"\n", args...)
}

// isTerminal tells whether w is a terminal, where lines can be rewritten.
func isTerminal(w io.Writer) bool {
	f := file(w)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// terminalWidth returns how many columns a terminal has, 0 if it does not tell.
func terminalWidth(w io.Writer) int {
	f := file(w)
	if f == nil {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
