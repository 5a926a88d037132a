// Command detectors times the detectors of the paper and a permutation test on
// latents that NumPy wrote, for the comparison in bench/peers:
//
//	go run ./bench/peers/detectors FILE.npz THREADS
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"sdrm/bench"
	"sdrm/defenses"
	"sdrm/defenses/score"
	"sdrm/internal/npy"
	"sdrm/internal/parallel"
	"sdrm/mmd"
	"sdrm/tensor"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: detectors FILE.npz THREADS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "detectors:", err)
		os.Exit(1)
	}
}

// timing is how long a work took and what it found.
type timing struct {
	Seconds float64 `json:"s"`
	Found   float64 `json:"found"`
}

func run(path, threads string) error {
	n, err := strconv.Atoi(threads)
	if err != nil || n < 1 {
		return fmt.Errorf("found %q threads, want a positive number", threads)
	}
	parallel.SetWorkers(n)
	sets, err := read(path, "latents", "clean", "a", "b")
	if err != nil {
		return err
	}
	found := map[string]timing{}
	in := defenses.Input{Latents: sets[0], Clean: sets[1], Seed: 1, ExpectedPoison: 0.1}
	for _, name := range []string{"ac", "ss", "sr"} {
		d, err := defenses.New(name)
		if err != nil {
			return err
		}
		var verdict defenses.Verdict
		seconds := bench.Median(1, func() {
			verdict, err = d.Inspect(context.Background(), in)
		})
		if err != nil {
			return err
		}
		found[name] = timing{seconds, float64(score.Count(verdict.Canonical.Flags))}
	}
	var test mmd.Evidence
	seconds := bench.Median(1, func() {
		test = mmd.Compare(sets[2], sets[3]).SquaredTest(mmd.Prototype(), mmd.Biased, mmd.Resampling{Permutations: 1000, Seed: 1})
	})
	found["mmd"] = timing{seconds, test.Value}
	return json.NewEncoder(os.Stdout).Encode(found)
}

// read returns the named matrices of an archive.
func read(path string, names ...string) ([]tensor.View, error) {
	file, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sets := make([]tensor.View, len(names))
	for i, name := range names {
		for k, info := range file.Arrays {
			if info.Name != name {
				continue
			}
			if len(info.Shape) != 2 {
				return nil, fmt.Errorf("%s: %s: found shape %v, want two dimensions", path, name, info.Shape)
			}
			a, err := file.Read(k)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			sets[i] = tensor.Matrix(a.Data, a.Shape[0], a.Shape[1])
		}
		if sets[i].Data == nil {
			return nil, fmt.Errorf("%s: %s is missing", path, name)
		}
	}
	return sets, nil
}
