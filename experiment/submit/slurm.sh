#!/bin/bash
# The {{.Cells}} cells of {{json .Plan.Path}} as a Slurm job array. Give it to sbatch where the
# paths below hold, in a folder that all nodes share. Options of sbatch go over
# those here; with a smaller --array=0-N each task runs a larger share of the
# cells. Given to sbatch again, it runs what is not done.
#SBATCH --job-name={{.Name}}
#SBATCH --array=0-{{.LastTask}}
#SBATCH --cpus-per-task={{.CPUs}}
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={{.Name}}-%a.log

most_restarts=100 # of a task whose time is too short to get anywhere

"${SDRM:-sdrm}" sweep run {{shell .Plan.Path}} --out {{shell .Out}} --threads "${SLURM_CPUS_PER_TASK:-{{.CPUs}}}" &
sdrm=$!

# The time is nearly over, or the job is preempted: sdrm saves and leaves with 75.
trap 'asked=1; kill -TERM "$sdrm" 2>/dev/null' TERM
asked=1
while [ "$asked" ]; do # a signal ends wait before sdrm has ended
  asked=
  wait "$sdrm"
  code=$?
done

# Clusters with RequeueExit=75 do this by themselves.
if [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
