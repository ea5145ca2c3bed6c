#!/usr/bin/env bash
# Runs the benchmarks, gates their counters against Benchmarks/Thresholds and keeps the figures.
#
#     Benchmarks/run.sh [REGEX]       only the benchmarks whose names hold a match
set -euo pipefail
cd "$(dirname "$0")"

out=$PWD/../out/bench
rm -rf "$out"
mkdir -p "$out"
python3 tracking/thresholds.py --self-test
# The plugin writes to a folder outside this package, which its sandbox (macOS) would refuse.
BENCH_COUNTERS=$out/counters.jsonl swift package --disable-sandbox benchmark run \
    --format histogramSamples --path ../out/bench --no-progress ${1:+--filter ".*($1).*"} >"$out/log" 2>&1 \
    || { cat "$out/log" >&2 && echo "bench: the benchmark plugin failed; its words are above" >&2 && exit 1; }
if grep -A20 'benchmarks failed' "$out/log" >&2; then exit 1; fi
python3 tracking/thresholds.py ${1:+--partial}
