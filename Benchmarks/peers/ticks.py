"""Ticks: the same network again and again with a part of it changed. Ours starts warm; no peer can, so it starts cold."""

import json
import statistics
import subprocess

from instances import generate
from solvers import all_solvers, call

# Clusters, sites; each cluster reaches 16 sites, and a tenth of the demands and costs change between ticks.
SHAPES = {"small": (1000, 100), "default": (20000, 500), "large": (50000, 1000)}
CHANGE = 0.1
TICKS = 20


def bench(rmc: str, clusters: int, sites: int) -> dict:
    """One run of `rmc bench flow`: percentiles of cold and warm times in ms."""
    command = [rmc, "bench", "flow", "--shape", "assignment", "--clusters", str(clusters), "--sites", str(sites),
               "--degree", "16", "--change", str(CHANGE), "--ticks", str(TICKS), "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compare(rmc: str, sizes: str, runs: int, limit: float, keep) -> dict:
    """Runs of ours and of LEMON from scratch in turn; prints the medians, returns them as figures for the history."""
    clusters, sites = SHAPES[sizes]
    name = f"assignment-{clusters}x{sites}"
    instance = generate(rmc, "assignment", (clusters, sites), name)
    lemon = next(solver for solver in all_solvers(rmc) if solver.name == "lemon network-simplex")
    cold, warm, peer = [], [], []
    for run in range(runs):
        ours = bench(rmc, clusters, sites)
        cold.append(ours["cold"]["p50"])
        warm.append(ours["warm"]["p50"])
        answer = call(lemon, instance, limit)
        if answer.termination != "optimal":
            raise RuntimeError(f"LEMON ended {answer.termination} on {name}; expected an optimum")
        peer.append(1000 * answer.solve)
        keep({"family": "ticks", "instance": name, "run": run, "solver": "rmc", "bench": ours})
        keep({"family": "ticks", "instance": name, "run": run, "solver": lemon.name,
              "seconds": {"solve": answer.solve, "read": answer.read}})
    medians = {"rmc cold": statistics.median(cold), "rmc warm": statistics.median(warm),
               "lemon cold": statistics.median(peer)}
    print(f"\nTicks on {name}, {CHANGE:.0%} changed, {TICKS} ticks, median of {runs} runs, in ms (times ours warm)")
    for label, value in medians.items():
        print(f"  {label:12} {value:10.2f} ({value / medians['rmc warm']:.2f}x)")
    return {f"tick {name}: {label}": {"value": round(value, 4), "unit": "ms"} for label, value in medians.items()}
