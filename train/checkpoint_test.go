package train

import (
	"bytes"
	"testing"

	"sdrm/internal/safetensors"
	"sdrm/layers"
	"sdrm/models/weights"
	"sdrm/tensor"
)

// FuzzCheckpoint reads files of weights with any stamp and any bytes: what is
// accepted is of the run and has the digest that the stamp says.
func FuzzCheckpoint(f *testing.F) {
	const identity = "spec x data y"
	entries := []layers.Entry{{Name: "w", Tensor: tensor.New(tensor.Shape{1, 1, 1, 2}), Layout: layers.Vector}}
	written := func(state string) []byte {
		var b bytes.Buffer
		if err := safetensors.Write(&b, map[string]string{stampKey: state}, weights.Tensors(entries)); err != nil {
			f.Fatal(err)
		}
		return b.Bytes()
	}
	digest := weights.Digest(entries)
	f.Add(written(`{"epoch":1,"step":2,"best":{"epoch":0,"ba":0.5},"identity":"` + identity + `","tensors_sha256":"` + digest + `"}`))
	f.Add(written(`{"epoch":-1,"identity":"` + identity + `"}`))
	f.Add(written(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := safetensors.NewFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		c := &contents{}
		if c.read(file, identity, entries) != nil {
			return
		}
		if c.stamp.Identity != identity || len(c.Tensors) != 1 || len(file.Tensors) == 1 && weights.DigestTensors(c.Tensors) != c.stamp.SHA256 {
			t.Fatalf("accepted %+v", c.stamp)
		}
	})
}
