#!/bin/bash
# The {{.Cells}} cells of {{quoted .Plan.Path}} as a Slurm job array. Give it to sbatch where the
# paths below hold, in a folder that all nodes share. Options of sbatch go over
# those here; with a smaller --array=0-N each task runs a larger share of the
# cells. Given to sbatch again, it runs what is not done.
#SBATCH --job-name={{.Name}}
#SBATCH --array=0-{{.LastTask}}
#SBATCH --cpus-per-task={{.CPUs}}
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={{.ID}}-%a.log

most_restarts=100 # of a task whose time is too short to get anywhere

"${SDRM:-sdrm}" sweep run {{path .Plan.Path}} --out {{path .Out}} --threads "${SLURM_CPUS_PER_TASK:-{{.CPUs}}}" &
sdrm=$!

# Either way sdrm saves and leaves with 75: USR1 says that the time is nearly over, TERM
# that the job is ended, by scancel or for another job, which requeues it if it shall.
save() {
  asked=1
  kill -TERM "$sdrm" 2>/dev/null
}
late=
trap 'late=1; save' USR1
trap save TERM
asked=1
while [ "$asked" ]; do # a signal ends wait before sdrm has ended
  asked=
  wait "$sdrm"
  code=$?
done

# Clusters with RequeueExit=75 do this by themselves.
if [ "$late" ] && [ "$code" -eq 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
