package verify

import (
	_ "embed"
	"strings"
)

// goldenText holds a line a digest, as sha256sum writes them, for all
// architectures.
//
//go:embed golden.txt
var goldenText string

// goldenHead begins the golden list.
const goldenHead = `# SHA-256 of what the computations of package verify give, on every architecture.
# Written by: SDRM_ISA=generic go test ./verify -run TestKnownAnswers -update
`

// golden returns the digests by the keys of the computations.
func golden() map[string]string {
	digests := map[string]string{}
	for line := range strings.Lines(goldenText) {
		if digest, key, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "  "); ok && !strings.HasPrefix(line, "#") {
			digests[key] = digest
		}
	}
	return digests
}
