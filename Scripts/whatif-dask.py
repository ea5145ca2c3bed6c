#!/usr/bin/env python3
"""Runs the units of a prepared sweep on a Dask cluster.

    rmc whatif study.yaml --report shared/study --prepare
    Scripts/whatif-dask.py shared/study --rmc .build/release/rmc                       a cluster on this machine
    Scripts/whatif-dask.py shared/study --rmc /path/to/rmc --scheduler tcp://host:8786  one that is there
    rmc whatif study.yaml --report shared/study                                         puts the results together

The folder must be at the same place for all workers, and so must rmc. A unit's results appear whole or not at all, so a
worker that dies loses nothing but the unit it was at; Dask gives that to another. `pip install distributed` installs Dask.
"""

import argparse
import pathlib
import subprocess
import sys


def pending(folder):
    """The unit files without results."""
    units = sorted((folder / "units").glob("*.unit.json"))
    return [unit for unit in units if not unit.with_name(unit.name.replace(".unit.json", ".jsonl")).exists()]


def run_unit(rmc, unit):
    """Does one unit; raises with rmc's own words when it fails."""
    done = subprocess.run([rmc, "whatif", "--unit", unit], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{unit}: rmc ended with {done.returncode}: {done.stderr.strip()}")
    return unit


def main():
    parser = argparse.ArgumentParser(description="Run the units of a prepared sweep on a Dask cluster.")
    parser.add_argument("folder", type=pathlib.Path, help="the report folder of rmc whatif --prepare")
    parser.add_argument("--rmc", default="rmc", help="the binary, where the workers find it")
    parser.add_argument("--scheduler", help="the address of a scheduler; without it a cluster is started here")
    parser.add_argument("--workers", type=int, default=2, help="workers of the cluster started here")
    options = parser.parse_args()
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        sys.exit("whatif-dask: Dask is not installed; pip install distributed")
    units = pending(options.folder.resolve())
    if not units:
        print("whatif-dask: no unit is left to do", file=sys.stderr)
        return
    rmc = str(pathlib.Path(options.rmc).resolve()) if "/" in options.rmc else options.rmc
    cluster = None
    if not options.scheduler:
        cluster = LocalCluster(
            n_workers=options.workers, threads_per_worker=1, processes=True, dashboard_address=None)
    with Client(options.scheduler or cluster) as client:
        futures = [client.submit(run_unit, rmc, str(unit), retries=3, key=unit.name, pure=False) for unit in units]
        failed = []
        for number, future in enumerate(as_completed(futures), 1):
            if future.status == "error":
                failed.append(str(future.exception()))
            print(f"\rwhatif-dask: {number} of {len(units)} units", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if cluster:
        cluster.close()
    if failed:
        sys.exit(f"whatif-dask: {len(failed)} units failed; the first: {failed[0]}")


if __name__ == "__main__":
    main()
