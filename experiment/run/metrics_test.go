package run

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"sdrm/internal/fault"
)

func TestMetricsOnAFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	log := &metricsLog{file: f}
	err = log.write(Metric{})
	var bad *fault.InputError
	if !errors.As(err, &bad) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "/dev/full") {
		t.Errorf("error %v, want an InputError that names the file", err)
	}
}

func TestSizeOfLines(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want int64
	}{{"", 3, 0}, {"a\nbc\n", 0, 0}, {"a\nbc\n", 1, 2}, {"a\nbc\n", 2, 5}, {"a\nbc\n", 9, 5}, {"a\nhalf a li", 9, 2}} {
		if got, err := sizeOfLines(strings.NewReader(c.text), c.n); got != c.want || err != nil {
			t.Errorf("%d lines of %q: %d bytes, %v, want %d", c.n, c.text, got, err, c.want)
		}
	}
}
