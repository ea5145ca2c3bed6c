#!/usr/bin/env bash
# Makes .peers/: the drivers of LEMON and GLPK, and a Python environment of its own with OR-Tools and HiGHS.
# Does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

Scripts/bootstrap.sh peers
mkdir -p .peers
compile() {
    local source=Benchmarks/peers/$1.cc program=.peers/$1
    shift
    [ ! -x "$program" ] || [ "$source" -nt "$program" ] || return 0
    echo "peers: compiling $source" >&2
    g++ -O3 -DNDEBUG -std=c++17 -o "$program" "$source" "$@"
}
compile lemon_flow
compile glpk_okalg -lglpk
compile peak_memory
if ! cmp -s Benchmarks/peers/requirements.txt .peers/installed.txt; then
    echo "peers: installing OR-Tools and HiGHS in .peers/venv" >&2
    rm -rf .peers/venv
    python3 -m venv .peers/venv
    .peers/venv/bin/pip install --quiet --disable-pip-version-check --requirement Benchmarks/peers/requirements.txt
    cp Benchmarks/peers/requirements.txt .peers/installed.txt
fi
