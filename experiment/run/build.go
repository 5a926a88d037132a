package run

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"

	"sdrm/internal/regular"
)

// runningFile is the running program on Linux, also where its file was replaced.
const runningFile = "/proc/self/exe"

// thisBuild returns the SHA-256 of the program's own file, which tells builds apart
// that have one version, as those of go run and of changed sources do. It is empty
// where the file cannot be read.
var thisBuild = sync.OnceValue(func() string {
	file, _, err := regular.Open(runningFile)
	if err != nil {
		path, err := os.Executable()
		if err != nil {
			return ""
		}
		if file, _, err = regular.Open(path); err != nil {
			return ""
		}
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return ""
	}
	return hex.EncodeToString(digest.Sum(nil))
})
