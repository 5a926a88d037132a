package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// TestDownloadExitCodes: the server is to blame for 1, the bytes for 3; both are
// said in one line.
func TestDownloadExitCodes(t *testing.T) {
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) }))
	defer wrong.Close()
	absent := httptest.NewServer(http.NotFoundHandler())
	defer absent.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	waiting := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	}))
	defer waiting.Close()
	for _, c := range []struct {
		mirror string
		code   int
		want   string
	}{
		{absent.URL, exitFailed, "sdrm: mnist: " + absent.URL + "/train-images-idx3-ubyte.gz: 404 Not Found\n"},
		{waiting.URL, exitInterrupted, "sdrm: mnist: interrupted, what is finished is kept; the same command continues\n"},
		{wrong.URL + "/some/where/", exitInput, "sdrm: mnist: " + wrong.URL + "/some/where/train-images-idx3-ubyte.gz: wrong bytes: size 6, want 9912422; deleted\n"},
	} {
		dir := t.TempDir()
		var stdout, stderr bytes.Buffer
		ctx := ctx
		if c.code != exitInterrupted {
			ctx = t.Context()
		}
		code := dispatch(ctx, []string{"data", "download", "mnist", "--data-dir", dir, "--mirror", c.mirror}, &stdout, &stderr)
		if code != c.code || stderr.String() != c.want || stdout.Len() > 0 {
			t.Errorf("exit code %d, stdout %q, stderr %q, want %d and %q", code, &stdout, &stderr, c.code, c.want)
		}
		if left, err := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left %v, error %v", left, err)
		}
	}
}
