#!/bin/sh
# The {{.Cells}} cells of {{quoted .Plan.Path}} by GNU parallel. What follows the script's name goes to
# parallel: --sshloginfile HOSTS runs them on other machines, one at a time on
# each, in the same folder, which they share. (Where they do not, copy what each
# has in --out into one folder afterwards.) Started again, it runs what is not
# done, as the run folders say; the job log says what failed.
mkdir -p {{path .Out}}
seq {{.Cells}} | parallel --joblog {{path .Log}} --jobs 1 --workdir . \
  --termseq TERM,60000,KILL,1000 --line-buffer "$@" \
  {{shell (printf "\"${SDRM:-sdrm}\" sweep run %s --out %s --threads %d --shard {}/%d" (split (path .Plan.Path)) (split (path .Out)) .Threads .Cells)}}
