package submit

import _ "embed"

//go:embed slurm.sh
var slurmText string

func init() { register("slurm", "a job array for sbatch", slurmText) }

// mostTasks is how many elements a job array has at most where Slurm's
// MaxArraySize is as it comes, 1001: that is one more than the last index, and
// the first is 0.
const mostTasks = 1001

// LastTask returns the last index of an array that shares the cells among as
// many tasks as there may be.
func (j Job) LastTask() int { return min(j.Cells(), mostTasks) - 1 }
