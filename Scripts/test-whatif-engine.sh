#!/usr/bin/env bash
# Compares a sweep that a Dask cluster did, one of whose workers was killed, with the same sweep done here.
#
#     Scripts/test-whatif-engine.sh          skipped with a message where Dask is not installed
#     Scripts/test-whatif-engine.sh --install    installs Dask into .peers/dask first
set -euo pipefail
cd "$(dirname "$0")/.."

python=python3
if [ "${1:-}" = --install ]; then
    if [ ! -x .peers/dask/bin/python ]; then
        python3 -m venv .peers/dask
        .peers/dask/bin/pip install --quiet distributed
    fi
fi
[ ! -x .peers/dask/bin/python ] || python=.peers/dask/bin/python
if ! $python -c 'import distributed' 2>/dev/null; then
    echo "whatif-engine: skipped: Dask is not installed (make test-engine installs it)" >&2
    exit 0
fi

rmc=${RMC:-.build/release/rmc}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/study.yaml" <<YAML
name: engine
base: {generate: {sites: 16, sessions: 2, participants: 80, seed: 5}}
variations:
  - growth: [1, 1.5]
  - failures: {of: site, count: two}
assertions:
  - unserved = 0
  - p95 <= 400 ms
YAML
status=0
"$rmc" whatif "$folder/study.yaml" --report "$folder/local" --jobs 2 >/dev/null 2>&1 || status=$?
"$rmc" whatif "$folder/study.yaml" --report "$folder/engine" --prepare >/dev/null

# A worker is killed while it works: what it had not finished is done by the other.
$python Scripts/whatif-dask.py "$folder/engine" --rmc "$rmc" --workers 2 2>"$folder/log" &
engine=$!
for _ in $(seq 200); do
    ! ls "$folder"/engine/units/*.jsonl >/dev/null 2>&1 || break
    sleep 0.1
done
worker=$(pgrep -P "$engine" -f 'spawn_main' | head -1 || true)
killed=no
if [ -n "$worker" ] && kill -9 "$worker" 2>/dev/null; then killed=yes; fi
if ! wait "$engine"; then
    cat "$folder/log" >&2
    exit 1
fi
again=0
"$rmc" whatif "$folder/study.yaml" --report "$folder/engine" >/dev/null 2>&1 || again=$?
[ "$status" -eq "$again" ] || { echo "whatif-engine: exit $status here, $again on the engine" >&2; exit 1; }
for file in results.jsonl results.csv summary.json report.html; do
    cmp "$folder/local/$file" "$folder/engine/$file"
done
echo "whatif-engine: $(wc -l <"$folder/local/results.jsonl") scenarios, a worker killed: $killed; identical results"
