#!/usr/bin/env bash
# Runs the units of a prepared sweep as a Slurm array, or one part of them anywhere else.
#
#     rmc whatif study.yaml --report shared/study --prepare
#     sbatch --array=0-31 Scripts/whatif-slurm.sh shared/study       32 tasks share the units
#     rmc whatif study.yaml --report shared/study                    puts the results together
#
# A task takes every unit whose number leaves its own number when divided by the count of tasks, and passes over units that
# are done: submit the same array again after a failure. RMC names the binary; rmc on the PATH without it.
#SBATCH --job-name=rmc-whatif
#SBATCH --cpus-per-task=1
set -euo pipefail

if [ $# -ne 1 ] || [ ! -d "$1/units" ]; then
    echo "whatif-slurm: expected the folder of a prepared sweep" >&2
    exit 64
fi
task=${SLURM_ARRAY_TASK_ID:-0}
first=${SLURM_ARRAY_TASK_MIN:-0}
tasks=${SLURM_ARRAY_TASK_COUNT:-1}
number=0
failed=0
for unit in "$1"/units/*.unit.json; do
    mine=$((number % tasks))
    number=$((number + 1))
    [ "$mine" -eq $((task - first)) ] || continue
    [ ! -f "${unit%.unit.json}.jsonl" ] || continue
    "${RMC:-rmc}" whatif --unit "$unit" || failed=$((failed + 1))
done
if [ $failed -gt 0 ]; then
    echo "whatif-slurm: $failed units failed" >&2
    exit 1
fi
