// Package hugepages asks the system to back long memory by pages of megabytes, where it
// leaves that to programs: whoever passes over maps of many megabytes, or over a few
// channels of every pixel, else waits for the addresses of pages more than for memory.
// Nothing but speed depends on it.
package hugepages

// least is the length in bytes from which it is asked for: a few pages.
const least = 8 << 20
