#!/usr/bin/env bash
# Makes .peers/: LEMON's driver, and a Python environment of its own with OR-Tools and HiGHS. Does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

Scripts/bootstrap.sh peers
mkdir -p .peers
if [ ! -x .peers/lemon_flow ] || [ Benchmarks/peers/lemon_flow.cc -nt .peers/lemon_flow ]; then
    echo "peers: compiling LEMON's driver" >&2
    g++ -O3 -DNDEBUG -std=c++17 -o .peers/lemon_flow Benchmarks/peers/lemon_flow.cc
fi
if ! cmp -s Benchmarks/peers/requirements.txt .peers/installed.txt; then
    echo "peers: installing OR-Tools and HiGHS in .peers/venv" >&2
    rm -rf .peers/venv
    python3 -m venv .peers/venv
    .peers/venv/bin/pip install --quiet --disable-pip-version-check --requirement Benchmarks/peers/requirements.txt
    cp Benchmarks/peers/requirements.txt .peers/installed.txt
fi
