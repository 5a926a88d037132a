//go:build !windows

package regular

import "os"

// Unnamed makes a temporary file that is gone when it is closed or the program
// ends. prefix begins the name that it has for a moment.
func Unnamed(prefix string) (*os.File, error) {
	file, err := os.CreateTemp("", prefix)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
