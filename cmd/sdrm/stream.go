package main

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
)

// stream is stdout or stderr, and the first error that came of writing to it.
type stream struct {
	io.Writer
	unread func() // is called, if it is not nil, where nobody reads it any more

	mu  sync.Mutex
	err error
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.Writer.Write(p)
	if s.err == nil {
		s.err = err
	}
	if s.unread != nil && errors.Is(err, syscall.EPIPE) {
		s.unread()
	}
	return n, err
}

// file returns the file that w writes to, nil if there is none.
func file(w io.Writer) *os.File {
	if s, ok := w.(*stream); ok {
		w = s.Writer
	}
	f, _ := w.(*os.File)
	return f
}
