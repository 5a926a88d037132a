// Package fetch brings files over HTTP: what broke off is resumed, the checksum
// is compared before a file gets its name, and a file is whole or not there.
package fetch

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sdrm/internal/atomicfile"
	"sdrm/internal/fault"
	"sdrm/internal/lockfile"
	"sdrm/internal/regular"
)

// A File is a file that somebody publishes.
type File struct {
	URL  string // http or https
	Size int64  // in bytes; 0, for Verify alone, if it is not known
	Sum  string // sha256: or md5: and the checksum in hexadecimal
}

// Name returns what the file is called: the end of its URL.
func (f File) Name() string { return f.URL[strings.LastIndex(f.URL, "/")+1:] }

// From returns the file as it lies in another place, whose URL is given without
// the file's name.
func (f File) From(mirror string) File {
	f.URL = strings.TrimSuffix(mirror, "/") + "/" + f.Name()
	return f
}

// Verify compares the file at path with what is published. The error of one that
// is not there wraps fs.ErrNotExist.
func (f File) Verify(path string) error {
	file, size, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if f.Size > 0 && size != f.Size {
		return fmt.Errorf("%s: wrong bytes: size %d, want %d", path, size, f.Size)
	}
	var h hash.Hash
	kind, want, _ := strings.Cut(f.Sum, ":")
	switch kind {
	case "sha256":
		h = sha256.New()
	case "md5": // all that some publish: it finds accidents
		h = md5.New()
	default:
		panic("fetch: unknown kind of checksum")
	}
	if _, err := io.Copy(h, file); err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
		return fmt.Errorf("%s: wrong bytes: %s %s, want %s", path, kind, got, want)
	}
	return nil
}

// How patient Get is. Tests are less so.
var (
	stall     = time.Minute // without a byte, after which a connection counts as cut
	firstWait = time.Second // before the second try, twice as long before each further one
)

// tries is how often in a row Get asks in vain.
const tries = 5

// Get fetches the file to path, through one called path.part that stays if the
// connection does not last, and is continued by the next Get. A file that is there
// already and has the right checksum is taken; one that has another is left alone
// and is an error, as is what comes there meanwhile. Fetched bytes that are wrong
// are deleted. Progress is told how many bytes are there; it may be nil.
//
// Wrong bytes are a *fault.InputError, files that cannot be written errors of the
// operating system; an error of the network or the server is neither. If ctx ends,
// the error is context.Canceled.
func (f File) Get(ctx context.Context, path string, progress func(done int64)) error {
	if done, err := f.there(path); done || err != nil {
		return err
	}
	if progress == nil {
		progress = func(int64) {}
	}
	part := path + ".part"
	lock, err := lockfile.Acquire(part + ".lock")
	if err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	defer lock.Release()
	// Another program may have had the lock until now.
	if done, err := f.there(path); done || err != nil {
		return err
	}
	out, err := regular.Edit(part)
	if err != nil {
		return fault.Input(err)
	}
	err = f.fill(ctx, out, progress)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		var wrong *fault.InputError // fill says so of wrong bytes alone
		info, gone := os.Stat(part)
		if errors.As(err, &wrong) || gone == nil && info.Size() == 0 {
			os.Remove(part)
		}
		return err
	}
	if err := f.Verify(part); err != nil {
		if gone := os.Remove(part); gone != nil {
			return gone
		}
		return fault.Input(fmt.Errorf("%w; deleted", err))
	}
	if done, err := f.there(path); err != nil {
		return err
	} else if done {
		return os.Remove(part)
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return atomicfile.SyncDir(filepath.Dir(path))
}

// there tells whether the file is at path already. If something else is, that is an
// error.
func (f File) there(path string) (bool, error) {
	err := f.Verify(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err == nil, nil
	}
	return false, fault.Input(fmt.Errorf("%w; nothing is overwritten", err))
}

// fill appends to what is there of the file until it is as long as it shall be.
func (f File) fill(ctx context.Context, out *os.File, progress func(done int64)) error {
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	// Only what has not been here before is progress: a server without ranges, which
	// begins anew each time, must not be asked for ever.
	most := have
	for failed, wait := 0, firstWait; have != f.Size; {
		var again bool
		have, again, err = f.ask(ctx, out, have, progress)
		switch {
		case ctx.Err() != nil:
			return context.Canceled
		case err == nil:
			continue
		case have > most:
			most, failed, wait = have, 0, firstWait
		}
		if failed++; !again || failed == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Canceled
		case <-time.After(wait):
			wait *= 2
		}
	}
	return nil
}

// client asks servers for files as they are, not packed on the way.
var client = func() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{Transport: transport}
}()

// ask asks the server once for what is missing after the first have bytes. It
// returns how many are there then and, with an error, whether to ask again.
func (f File) ask(ctx context.Context, out *os.File, have int64, progress func(done int64)) (now int64, again bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := time.AfterFunc(stall, cancel)
	defer watch.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return have, false, f.failure(err)
	}
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	response, err := client.Do(request)
	if err != nil {
		return have, true, f.failure(err)
	}
	defer response.Body.Close()
	if have, again, err = f.accept(response, out, have); err != nil {
		return have, again, err
	}
	if _, err := out.Seek(have, io.SeekStart); err != nil {
		return have, false, err
	}
	return f.receive(response.Body, watch, out, have, progress)
}

// accept tells from the head of an answer how many of the first have bytes stay: all,
// or none where the file comes as a whole.
func (f File) accept(response *http.Response, out *os.File, have int64) (stay int64, again bool, err error) {
	whole := response.ContentLength
	switch code := response.StatusCode; {
	case code == http.StatusOK && have > 0 && whole != f.Size:
		// A page of a proxy, perhaps: what is here of the file may still be right.
		found := "an unknown number of"
		if whole >= 0 {
			found = fmt.Sprint(whole)
		}
		return have, false, f.failure(fmt.Errorf("%s with %s bytes, want %d, or those from byte %d on; without %s all are asked for", response.Status, found, f.Size, have, out.Name()))
	case code == http.StatusPartialContent && response.Header.Get("Content-Range") == fmt.Sprintf("bytes %d-%d/%d", have, f.Size-1, f.Size):
	case code == http.StatusOK, code == http.StatusPartialContent, code == http.StatusRequestedRangeNotSatisfiable:
		// The file as a whole, or another than that of which the beginning is here.
		have = 0
		if err := out.Truncate(0); err != nil {
			return 0, false, err
		}
		if code != http.StatusOK {
			return 0, true, f.failure(fmt.Errorf("%s does not continue %d bytes", response.Status, f.Size))
		}
	default:
		again = code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code >= http.StatusInternalServerError
		return have, again, f.failure(errors.New(response.Status))
	}
	if have == 0 && whole >= 0 && whole != f.Size {
		return 0, false, fault.Inputf("%s: wrong bytes: size %d, want %d; deleted", f.URL, whole, f.Size)
	}
	return have, false, nil
}

// receive appends what comes to the first have bytes.
func (f File) receive(body io.Reader, watch *time.Timer, out *os.File, have int64, progress func(done int64)) (now int64, again bool, err error) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := body.Read(buffer)
		watch.Reset(stall)
		// One byte more than there shall be tells another file.
		n = int(min(int64(n), f.Size+1-have))
		if _, err := out.Write(buffer[:n]); err != nil {
			return have, false, err
		}
		have += int64(n)
		progress(min(have, f.Size))
		switch {
		case have > f.Size:
			return have, false, fault.Inputf("%s: wrong bytes: more than %d; deleted", f.URL, f.Size)
		case have == f.Size:
			return have, false, nil
		case err != nil:
			return have, true, f.failure(err)
		}
	}
}

// failure returns an error of the network in a line that names the URL. It does
// not wrap the cause: an error of the operating system in it is none of a file.
func (f File) failure(err error) error {
	var inner *url.Error // which says the URL once more
	if errors.As(err, &inner) {
		err = inner.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		err = fmt.Errorf("not a byte for %v", stall)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the connection was cut")
	}
	return fmt.Errorf("%s: %v", f.URL, err)
}
