package tfevents_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sdrm/internal/tfevents"
	"sdrm/internal/tfevents/tfeventstest"
)

var longTag = "epoch/" + strings.Repeat("ba", 100)

// The events of testdata/golden.py.
var golden = []tfeventstest.Event{
	{Seconds: 1636502400, Version: tfevents.Version},
	{Seconds: 1636502401.25, Step: 1, Scalars: []tfevents.Scalar{{"loss", 2.5}, {"mmd/s1", 0.125}, {"lr", 0.1}}},
	{Seconds: 1636502700.25, Step: 300, Scalars: []tfevents.Scalar{{"loss", float32(math.Inf(1))}}},
	{Seconds: 1636502400.25 + 1<<40, Step: 1 << 40, Scalars: []tfevents.Scalar{{longTag, -math.SmallestNonzeroFloat32}}},
}

// Google's protobuf and another CRC32C write the same bytes.
func TestGolden(t *testing.T) {
	want, err := os.ReadFile("testdata/golden.tfevents")
	if err != nil {
		t.Fatal(err)
	}
	at := func(e tfeventstest.Event) time.Time { return time.UnixMicro(int64(e.Seconds * 1e6)) }
	var got bytes.Buffer
	w, err := tfevents.NewWriter(&got, at(golden[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range golden[1:] {
		if err := w.Write(at(e), e.Step, e.Scalars); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("wrote\n%x, want\n%x", got.Bytes(), want)
	}
	read, err := tfeventstest.Read(want)
	if d := cmp.Diff(golden, read); d != "" || err != nil {
		t.Errorf("error %v, read %s", err, d)
	}
}

// The reader of the tests is none that takes anything.
func TestDamageIsFound(t *testing.T) {
	whole, err := os.ReadFile("testdata/golden.tfevents")
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 1
		if _, err := tfeventstest.Read(damaged); err == nil {
			t.Errorf("byte %d is wrong, and no error", i)
		}
	}
	if _, err := tfeventstest.Read(whole[:len(whole)-1]); err == nil {
		t.Error("a byte is missing, and no error")
	}
}

type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestErrorsOfTheWriterArrive(t *testing.T) {
	if _, err := tfevents.NewWriter(full{}, time.Now()); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}
