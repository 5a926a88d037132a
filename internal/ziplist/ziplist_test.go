package ziplist

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// archive returns an archive of n entries that hold their names, and of stored ones
// that hold the given texts.
func archive(t *testing.T, n int, stored ...string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	entry := func(header *zip.FileHeader, text string) {
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		name := fmt.Sprint(i)
		entry(&zip.FileHeader{Name: name, Method: zip.Deflate}, name)
	}
	for i, text := range stored {
		entry(&zip.FileHeader{Name: fmt.Sprint("stored", i)}, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func TestNewReader(t *testing.T) {
	few := archive(t, 10)
	z, err := NewReader(few, few.Size(), 1000)
	if err != nil || len(z.File) != 10 {
		t.Fatalf("%v, error %v, want 10 entries", z, err)
	}
	f, err := z.File[9].Open()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(f); err != nil || string(text) != "9" {
		t.Errorf("read %q, error %v", text, err)
	}
	long := archive(t, 0, strings.Repeat("long", search))
	z, err = NewReader(long, long.Size(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = z.File[0].Open(); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(f); err != nil || len(text) != 4*search {
		t.Errorf("an entry longer than any list: read %d bytes, error %v, want %d", len(text), err, 4*search)
	}
	many := archive(t, 5000)
	if _, err := NewReader(many, many.Size(), 1000); err == nil || !strings.Contains(err.Error(), "more than 1000 bytes") {
		t.Errorf("a long list: error %v", err)
	}
	if _, err := NewReader(strings.NewReader("no archive"), 10, 1000); err == nil || !strings.HasPrefix(err.Error(), "zip: ") {
		t.Errorf("no archive: error %v", err)
	}
}
