//go:build unix

package regular

import "syscall"

// withoutWaiting opens a pipe that nobody writes to, and leaves the terminal of
// the program what it is. Regular files know no difference.
const withoutWaiting = syscall.O_NONBLOCK | syscall.O_NOCTTY
