package fetch

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sdrm/internal/fault"
)

// published is what the tests fetch.
var published = func() []byte {
	out := make([]byte, 200_000)
	for i := range out {
		out[i] = byte(i * i >> 3)
	}
	return out
}()

// A server publishes data, as its fields say.
type server struct {
	data     []byte
	noRange  bool          // it gives all, whatever is asked for
	noLength bool          // nor does it say how much that is
	cut      []int         // after so many bytes, request after request
	fail     []int         // status codes, request after request; 0 for none
	silent   bool          // it stops after half, and keeps the connection
	pause    time.Duration // before each eighth of the data

	ranges []string // what was asked for
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/moved/data.bin" {
		http.Redirect(w, r, "/data.bin", http.StatusFound)
		return
	}
	asked := r.Header.Get("Range")
	s.ranges = append(s.ranges, asked)
	k := len(s.ranges) - 1
	if k < len(s.fail) && s.fail[k] != 0 {
		http.Error(w, "no", s.fail[k])
		return
	}
	data := s.data
	if asked != "" && !s.noRange {
		start, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(asked, "bytes="), "-"))
		if err != nil || start >= len(data) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(data)-1, len(data)))
		w.Header().Set("Content-Length", strconv.Itoa(len(data)-start))
		w.WriteHeader(http.StatusPartialContent)
		data = data[start:]
	} else if s.noLength {
		w.(http.Flusher).Flush()
	} else {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	}
	switch {
	case s.silent:
		w.Write(data[:len(data)/2])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	case s.pause > 0:
		for piece := range slices.Chunk(data, len(s.data)/8) {
			time.Sleep(s.pause)
			w.Write(piece)
			w.(http.Flusher).Flush()
		}
	case k < len(s.cut):
		w.Write(data[:s.cut[k]])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	default:
		w.Write(data)
	}
}

func hasten(t *testing.T) {
	wasWait, wasStall := firstWait, stall
	firstWait, stall = time.Millisecond, 200*time.Millisecond
	t.Cleanup(func() { firstWait, stall = wasWait, wasStall })
}

func TestGet(t *testing.T) {
	hasten(t)
	flipped := bytes.Clone(published)
	flipped[777] ^= 1
	n := len(published)
	for _, c := range []struct {
		name   string
		server server
		part   []byte // that is there of the file
		path   string
		want   string // in the error, "" for none
		input  bool   // whether the error is one of input
		left   int    // bytes of the part after the error, -1 for no part
		ranges []string
	}{
		{name: "whole", server: server{data: published}, ranges: []string{""}},
		{name: "longer than a stall, but always further", server: server{data: published, pause: stall / 6}, ranges: []string{""}},
		{name: "continued", server: server{data: published}, part: published[:1000], ranges: []string{"bytes=1000-"}},
		{name: "complete but for its name", server: server{data: published}, part: published},
		{name: "a server without ranges", server: server{data: published, noRange: true}, part: flipped[:1000], ranges: []string{"bytes=1000-"}},
		{name: "redirected", server: server{data: published}, part: published[:5], path: "/moved", ranges: []string{"bytes=5-"}},
		{name: "cut twice", server: server{data: published, cut: []int{70_000, 30_000}}, ranges: []string{"", "bytes=70000-", "bytes=100000-"}},
		{name: "cut more often than tries, but always further", server: server{data: published, cut: []int{9, 9, 9, 9, 9, 9, 9}},
			ranges: []string{"", "bytes=9-", "bytes=18-", "bytes=27-", "bytes=36-", "bytes=45-", "bytes=54-", "bytes=63-"}},
		{name: "busy at first", server: server{data: published, fail: []int{503, 429, 500}}, ranges: []string{"", "", "", ""}},
		{name: "a part that is too long", server: server{data: published}, part: append(bytes.Clone(published), 1), ranges: []string{"bytes=200001-", ""}},
		{name: "cut at once, again and again", server: server{data: published, cut: []int{0, 0, 0, 0, 0, 0}},
			want: "the connection was cut", left: -1, ranges: []string{"", "", "", "", ""}},
		{name: "a short file", server: server{data: published[:2]}, want: "wrong bytes: size 2", input: true, left: -1, ranges: []string{""}},
		{name: "not there", server: server{fail: []int{404}}, part: published[:9], want: "data.bin: 404 Not Found", left: 9, ranges: []string{"bytes=9-"}},
		{name: "broken", server: server{fail: []int{500, 500, 500, 500, 500}}, want: "500 Internal Server Error", left: -1, ranges: []string{"", "", "", "", ""}},
		{name: "a wrong byte", server: server{data: flipped}, want: "wrong bytes: sha256 ", input: true, left: -1, ranges: []string{""}},
		{name: "a wrong beginning", server: server{data: published}, part: flipped[:1000], want: "wrong bytes: sha256 ", input: true, left: -1, ranges: []string{"bytes=1000-"}},
		{name: "another file", server: server{data: []byte("<html>log in</html>")}, want: "wrong bytes: size 19, want 200000; deleted", input: true, left: -1, ranges: []string{""}},
		{name: "a page in place of the rest", server: server{data: []byte("<html>log in</html>"), noRange: true}, part: published[:1000], want: "200 OK with 19 bytes, want 200000, or those from byte 1000 on; without ", left: 1000, ranges: []string{"bytes=1000-"}},
		{name: "a page of unknown length in place of the rest", server: server{data: []byte("<html>log in</html>"), noRange: true, noLength: true}, part: published[:1000], want: "200 OK with an unknown number of bytes, want 200000", left: 1000, ranges: []string{"bytes=1000-"}},
		{name: "cut again and again without ranges", server: server{data: published, noRange: true, cut: []int{100, 150, 100, 150, 100, 150, 100, 150, 100, 150}},
			want: "the connection was cut", left: 150, ranges: []string{"", "bytes=100-", "bytes=150-", "bytes=100-", "bytes=150-", "bytes=100-"}},
		{name: "a longer file", server: server{data: append(bytes.Clone(published), 0)}, want: "wrong bytes: size 200001", input: true, left: -1, ranges: []string{""}},
		{name: "a longer file, continued", server: server{data: append(bytes.Clone(published), 0)}, part: published[:9], want: "wrong bytes: size 200001", input: true, left: -1, ranges: []string{"bytes=9-", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(&c.server)
			defer s.Close()
			dir := t.TempDir()
			path := filepath.Join(dir, "data.bin")
			if c.part != nil {
				if err := os.WriteFile(path+".part", c.part, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			f := File{URL: s.URL + c.path + "/data.bin", Size: int64(n), Sum: fmt.Sprintf("sha256:%x", sha256.Sum256(published))}
			most := int64(0)
			err := f.Get(t.Context(), path, func(done int64) { most = max(most, done) })
			if got := strings.Join(c.server.ranges, " "); got != strings.Join(c.ranges, " ") || len(c.server.ranges) != len(c.ranges) {
				t.Errorf("asked for %q, want %q", c.server.ranges, c.ranges)
			}
			if _, err := os.Stat(path + ".part.lock"); err == nil {
				t.Error("the lock is left")
			}
			got, absent := os.ReadFile(path)
			part, noPart := os.ReadFile(path + ".part")
			if c.want == "" {
				if err != nil || !bytes.Equal(got, published) || noPart == nil {
					t.Fatalf("error %v, %d bytes, part %v", err, len(got), noPart)
				}
				if most != int64(n) && len(c.ranges) > 0 {
					t.Errorf("progress ends at %d", most)
				}
				return
			}
			var input *fault.InputError
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || errors.As(err, &input) != c.input {
				t.Errorf("error %v, of input %v, want %q, %v", err, errors.As(err, &input), c.want, c.input)
			}
			if absent == nil || (noPart == nil) != (c.left >= 0) || len(part) != max(c.left, 0) {
				t.Errorf("the file is there: %v; its part: %v, %d bytes", absent == nil, noPart == nil, len(part))
			}
		})
	}
}

// TestGetWaits: a connection that says nothing counts as cut, and a server that is
// not there is an error of the network, not of a file.
func TestGetWaits(t *testing.T) {
	hasten(t)
	s := httptest.NewServer(&server{data: published, silent: true})
	f := File{URL: s.URL + "/data.bin", Size: int64(len(published)), Sum: fmt.Sprintf("md5:%x", md5.Sum(published))}
	path := filepath.Join(t.TempDir(), "data.bin")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	err := f.Get(ctx, path, func(done int64) {
		if asked++; done > int64(len(published))*7/8 { // after the third half of what was left
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || asked == 0 {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if info, err := os.Stat(path + ".part"); err != nil || info.Size() <= int64(len(published))*7/8 {
		t.Errorf("an interrupted Get leaves no part: %v", err)
	}
	s.Close()
	err = f.Get(t.Context(), path, nil)
	var input *fault.InputError
	if err == nil || errors.As(err, &input) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), f.URL+": ") {
		t.Errorf("error %v", err)
	}
	var path2 *fs.PathError
	if errors.As(err, &path2) {
		t.Errorf("error %v is one of a file", err)
	}
}

// TestGetLeavesWhatComesMeanwhile: what appears at the file's place while it is
// fetched is taken or is an error, and is not overwritten.
func TestGetLeavesWhatComesMeanwhile(t *testing.T) {
	s := httptest.NewServer(&server{data: published})
	defer s.Close()
	f := File{URL: s.URL + "/data.bin", Size: int64(len(published)), Sum: fmt.Sprintf("sha256:%x", sha256.Sum256(published))}
	for _, c := range []struct{ data, want string }{
		{string(published), ""},
		{"another", "wrong bytes: size 7, want 200000; nothing is overwritten"},
	} {
		path := filepath.Join(t.TempDir(), "data.bin")
		err := f.Get(t.Context(), path, func(int64) {
			if err := os.WriteFile(path, []byte(c.data), 0o644); err != nil {
				t.Error(err)
			}
		})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasSuffix(err.Error(), c.want)) {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != c.data {
			t.Errorf("the file holds %d bytes, error %v, want the %d that came", len(got), err, len(c.data))
		}
		// What was fetched stays where it could not get its name.
		_, gone := os.Stat(path + ".part")
		if (gone == nil) != (c.want != "") {
			t.Errorf("the part is there: %v", gone == nil)
		}
	}
}

// TestGetTakesWhatIsThere: a file is not fetched again, nor is another overwritten.
func TestGetTakesWhatIsThere(t *testing.T) {
	f := File{URL: "http://127.0.0.1:1/data.bin", Size: 3, Sum: fmt.Sprintf("md5:%x", md5.Sum([]byte("abc")))}
	path := filepath.Join(t.TempDir(), "data.bin")
	for _, c := range []struct{ data, want string }{
		{"abc", ""},
		{"abd", "data.bin: wrong bytes: md5 4911e516e5aa21d327512e0c8b197616, want 900150983cd24fb0d6963f7d28e17f72; nothing is overwritten"},
		{"abcd", "data.bin: wrong bytes: size 4, want 3; nothing is overwritten"},
	} {
		if err := os.WriteFile(path, []byte(c.data), 0o644); err != nil {
			t.Fatal(err)
		}
		err := f.Get(t.Context(), path, nil)
		var input *fault.InputError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &input) || !strings.HasSuffix(err.Error(), c.want)) {
			t.Errorf("%q: error %v, want %q", c.data, err, c.want)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != c.data {
			t.Errorf("the file holds %q, error %v", got, err)
		}
	}
	if got := f.From("https://mirror.example/x/").URL; got != "https://mirror.example/x/data.bin" {
		t.Errorf("from a mirror: %s", got)
	}
}
