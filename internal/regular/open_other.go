//go:build !unix

package regular

// withoutWaiting is nothing where no file waits to be opened.
const withoutWaiting = 0
