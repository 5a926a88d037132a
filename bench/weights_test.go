package bench_test

import (
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sdrm/autograd"
	"sdrm/bench"
	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/tensor"
)

// TestPyTorchExchangesWeights has PyTorch load weights of ours strictly and
// compute the same logits, and reads weights that PyTorch wrote.
func TestPyTorchExchangesWeights(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import torch, numpy").Run(); err != nil {
		t.Skipf("needs PyTorch for %s, on Debian python3-torch: %v", python, err)
	}
	for _, name := range []string{"vgg11", "resnet18"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := bench.NewStep(name, 8, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			s.Run() // so that running statistics are not their initial ones
			if err := weights.Export(filepath.Join(dir, "weights.safetensors"), s.Model); err != nil {
				t.Fatal(err)
			}
			b := s.Batches[0]
			x := &tensor.Tensor{Shape: tensor.Shape{b.N, b.H, b.W, 3}, Data: b.Pixels}
			labels := make([]int64, b.N)
			for i, label := range b.Labels {
				labels[i] = int64(label)
			}
			tensors := []safetensors.Tensor{
				{Name: "images", Shape: x.Shape[:], F32: x.Data},
				{Name: "labels", Shape: []int{b.N}, I64: labels},
				{Name: "logits", Shape: []int{b.N, 10}, F32: logits(s.Model, x)},
			}
			err = atomicfile.Write(filepath.Join(dir, "batch.safetensors"), func(w io.Writer) error {
				return safetensors.Write(w, nil, tensors)
			})
			if err != nil {
				t.Fatal(err)
			}

			command := exec.Command(python, filepath.Join("peers", "weights.py"), name, dir)
			command.Env = append(command.Environ(), "PYTHONDONTWRITEBYTECODE=1")
			out, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("weights.py: %v\n%s", err, out)
			}
			difference, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
			if err != nil || !(difference <= 1e-4) {
				t.Errorf("logits differ by %q from PyTorch's, want at most 1e-4", out)
			}

			if s.Model, err = models.New(name, 3, 10, 99); err != nil {
				t.Fatal(err)
			}
			if err := weights.Import(filepath.Join(dir, "back.safetensors"), s.Model); err != nil {
				t.Fatal(err)
			}
			f, err := safetensors.Open(filepath.Join(dir, "back_logits.safetensors"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want := make([]float32, b.N*10)
			if err := f.ReadF32("logits", []int{b.N, 10}, want); err != nil {
				t.Fatal(err)
			}
			for i, v := range logits(s.Model, x) {
				if d := math.Abs(float64(v) - float64(want[i])); !(d <= 1e-4) {
					t.Fatalf("with PyTorch's weights logit %d is %v, PyTorch's %v", i, v, want[i])
				}
			}
		})
	}
}

// logits returns what m infers from x.
func logits(m *models.Model, x *tensor.Tensor) []float32 {
	t := &autograd.Tape{}
	t.Reset(autograd.Inference)
	return m.Forward(t, t.Input(x), nil).Value.Data
}
