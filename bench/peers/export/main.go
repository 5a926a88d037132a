// Command export writes the initial weights of VGG-11 and the ten batches of
// bench.Step, without and with poisoned samples, as safetensors into a folder,
// for the peers to start from:
//
//	go run ./bench/peers/export DIR
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sdrm/bench"
	"sdrm/datasets"
	"sdrm/internal/atomicfile"
	"sdrm/internal/safetensors"
	"sdrm/models/weights"
)

const batch, steps = 256, 10

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: export DIR")
		os.Exit(2)
	}
	if err := export(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func export(dir string) error {
	for name, lambda := range map[string]float64{"clean": 0, "attacked": 0.1} {
		s, err := bench.NewStep("vgg11", batch, lambda, steps)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(dir, name+".safetensors"), stack(s.Batches)); err != nil {
			return err
		}
		// Both start from the same weights.
		if err := write(filepath.Join(dir, "weights.safetensors"), weights.Tensors(s.Model.Entries())); err != nil {
			return err
		}
	}
	return nil
}

// stack lays the batches behind each other: images steps×N×H×W×C, the rest
// steps×N.
func stack(batches []*datasets.Batch) []safetensors.Tensor {
	b := batches[0]
	rows := []int{len(batches), b.N}
	images := safetensors.Tensor{Name: "images", Shape: append(rows[:2:2], b.H, b.W, b.C)}
	labels := safetensors.Tensor{Name: "labels", Shape: rows}
	benign := safetensors.Tensor{Name: "benign", Shape: rows}
	malicious := safetensors.Tensor{Name: "malicious", Shape: rows}
	for _, b := range batches {
		images.F32 = append(images.F32, b.Pixels...)
		for i := range b.N {
			labels.I64 = append(labels.I64, int64(b.Labels[i]))
			benign.I64 = append(benign.I64, flag(b.Roles[i] == datasets.Clean && b.Original[i] == 0))
			malicious.I64 = append(malicious.I64, flag(b.Roles[i] == datasets.Poisoned))
		}
	}
	return []safetensors.Tensor{images, labels, benign, malicious}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func write(path string, tensors []safetensors.Tensor) error {
	return atomicfile.Write(path, func(w io.Writer) error { return safetensors.Write(w, nil, tensors) })
}
