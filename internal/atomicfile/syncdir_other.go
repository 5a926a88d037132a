//go:build !windows

package atomicfile

import "os"

// SyncDir makes what was created, renamed or removed in dir survive a power cut.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return Sync(d)
}
