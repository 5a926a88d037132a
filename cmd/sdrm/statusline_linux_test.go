package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What is rewritten stays in one line of a terminal, however narrow it is.
func TestTheStatusLineIsAsWideAsTheTerminal(t *testing.T) {
	for _, c := range []struct {
		columns uint16
		want    string
	}{
		{20, "a cell  epoch 1/3  "},
		{1, ""},
		{0, "a cell  epoch 1/3  step 2/7"}, // it does not tell
		{27, "a cell  epoch 1/3  step 2/"},
		{28, "a cell  epoch 1/3  step 2/7"},
	} {
		screen, program := terminal(t, c.columns)
		newStatusLine(&stream{Writer: program}).rewrite("%s  epoch %d/3  step 2/7", "a cell", 1)
		fmt.Fprintln(program)
		buffer := make([]byte, 1000)
		n, err := screen.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if found := strings.TrimSuffix(string(buffer[:n]), "\r\n"); found != "\r\x1b[K"+c.want {
			t.Errorf("%d columns: found %q, want %q behind the clearing of the line", c.columns, found, c.want)
		}
	}
}

// terminal returns both sides of a terminal of so many columns.
func terminal(t *testing.T, columns uint16) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("this system lends no terminals: ", err)
	}
	t.Cleanup(func() { screen.Close() })
	fd := int(screen.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns})
	}
	if err == nil {
		program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return screen, program
}
