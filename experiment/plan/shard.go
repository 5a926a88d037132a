package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is a part of a plan: every Of-th cell, from the Index-th. Both count
// from 1.
type Shard struct{ Index, Of int }

// ParseShard reads I/N.
func ParseShard(text string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if err != nil || err2 != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("found %q, want I/N with I from 1 to N", text)
	}
	return Shard{i, n}, nil
}

// ShardOfTask returns the part that falls to this process where a scheduler
// started one of many, and the whole plan where none did. A Slurm job array has
// as many shards as elements: its tasks are numbered from
// SLURM_ARRAY_TASK_MIN in steps. A Kubernetes Indexed Job does not tell its
// processes how many they are: each has one of the cells, so that the job's
// completions are their number.
func ShardOfTask(getenv func(string) string, cells int) (Shard, error) {
	var failed error
	number := func(name string) int {
		n, err := strconv.Atoi(getenv(name))
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: found %q, want a whole number", name, getenv(name))
		}
		return n
	}
	switch {
	case getenv("SLURM_ARRAY_TASK_ID") != "":
		id, least, count, step := number("SLURM_ARRAY_TASK_ID"), number("SLURM_ARRAY_TASK_MIN"), number("SLURM_ARRAY_TASK_COUNT"), 1
		if getenv("SLURM_ARRAY_TASK_STEP") != "" {
			step = number("SLURM_ARRAY_TASK_STEP")
		}
		last := least + (count-1)*step
		if failed == nil && (step < 1 || id < least || id > last || (id-least)%step != 0) {
			failed = fmt.Errorf("SLURM_ARRAY_TASK_ID: found %d, want %d to %d in steps of %d", id, least, last, step)
		}
		if failed != nil {
			return Shard{}, failed
		}
		return Shard{(id-least)/step + 1, count}, nil
	case getenv("JOB_COMPLETION_INDEX") != "":
		i := number("JOB_COMPLETION_INDEX")
		if failed == nil && (i < 0 || i >= cells) {
			failed = fmt.Errorf("JOB_COMPLETION_INDEX: found %d, want 0 to %d: the job has one completion a cell", i, cells-1)
		}
		return Shard{i + 1, cells}, failed
	}
	return Shard{1, 1}, nil
}

// Cells returns the cells of the shard.
func (s Shard) Cells(all []Cell) []Cell {
	var out []Cell
	for i := s.Index - 1; i < len(all); i += s.Of {
		out = append(out, all[i])
	}
	return out
}
