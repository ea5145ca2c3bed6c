#!/usr/bin/env python3
"""Runs the units of a prepared sweep on a Ray cluster: as whatif-dask.py, with `pip install ray`.

    Scripts/whatif-ray.py shared/study --rmc .build/release/rmc                  a cluster on this machine
    Scripts/whatif-ray.py shared/study --rmc /path/to/rmc --address auto          the cluster that this node is in
"""

import argparse
import importlib.util
import pathlib
import sys


def common():
    """The parts that both adapters share."""
    path = pathlib.Path(__file__).resolve().parent / "whatif-dask.py"
    spec = importlib.util.spec_from_file_location("whatif_dask", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    parser = argparse.ArgumentParser(description="Run the units of a prepared sweep on a Ray cluster.")
    parser.add_argument("folder", type=pathlib.Path, help="the report folder of rmc whatif --prepare")
    parser.add_argument("--rmc", default="rmc", help="the binary, where the workers find it")
    parser.add_argument("--address", help="the cluster's address; without it one is started here")
    options = parser.parse_args()
    try:
        import ray
    except ImportError:
        sys.exit("whatif-ray: Ray is not installed; pip install ray")
    units = common().pending(options.folder.resolve())
    rmc = str(pathlib.Path(options.rmc).resolve()) if "/" in options.rmc else options.rmc
    # A cluster started here needs no dashboard; one that is there has what it has.
    alone = {} if options.address else {"include_dashboard": False}
    ray.init(address=options.address, log_to_driver=False, **alone)

    @ray.remote(max_retries=3, retry_exceptions=True)
    def run_unit(unit):
        import subprocess

        done = subprocess.run([rmc, "whatif", "--unit", unit], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{unit}: rmc ended with {done.returncode}: {done.stderr.strip()}")
        return unit

    waiting = [run_unit.remote(str(unit)) for unit in units]
    failed = []
    for future in waiting:
        try:
            ray.get(future)
        except Exception as error:  # whatever the cluster says of it
            failed.append(str(error).strip().splitlines()[-1])
    if failed:
        sys.exit(f"whatif-ray: {len(failed)} units failed; the first: {failed[0]}")


if __name__ == "__main__":
    main()
