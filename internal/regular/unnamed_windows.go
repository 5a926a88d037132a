package regular

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// deleteOnClose is FILE_FLAG_DELETE_ON_CLOSE: an open file cannot be removed, but
// asked for so, it is when it is closed.
const deleteOnClose = 0x04000000

// Unnamed makes a temporary file that is gone when it is closed or the program
// ends. prefix begins the name by which it can be seen until then.
func Unnamed(prefix string) (*os.File, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("%s%016x", prefix, rand.Uint64()))
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|deleteOnClose, 0o600)
}
