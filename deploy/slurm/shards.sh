#!/usr/bin/env bash
# Runs an experiment as arrays of Slurm jobs in a folder that all nodes share, and merges it.
#
#   deploy/slurm/shards.sh EXPERIMENT FOLDER [SHARDS] [ROUNDS] [-- more words for presend run]
#
# Each array does what it can: the pictures, then what needs all of them, then the strategies. So an array is submitted once for each round
# (3 for a trade-off); a round with nothing left to do ends at once. What is still missing, the last job does itself.
# PRESEND names the command on the nodes (default: presend). SBATCH_* variables choose partition, account and limits, as always with Slurm.
set -euo pipefail

experiment=${1:?EXPERIMENT} folder=${2:?FOLDER}
shards=${3:-8} rounds=${4:-3}
shift $(($# < 4 ? $# : 4))
[ "${1:-}" = "--" ] && shift
presend=${PRESEND:-presend}
words=$(printf ' %q' "$@")
[ $# -eq 0 ] && words=

before=
for round in $(seq "$rounds"); do
  before=$(sbatch --parsable ${before:+--dependency=afterok:$before} --job-name "presend-$round" --array "1-$shards" \
    --output "$folder.round-$round.%a.log" \
    --wrap "$presend run $(printf %q "$experiment") --shard \$SLURM_ARRAY_TASK_ID/$shards --threads \${SLURM_CPUS_PER_TASK:-1} --out $(printf %q "$folder")$words")
done
sbatch --parsable --dependency="afterok:$before" --job-name presend-merge --output "$folder.merge.log" \
  --wrap "$presend merge $(printf %q "$folder")"
