"""Memory: the peak of the whole process that solves a network, less that of the same process on a network of one arc."""

import statistics
import subprocess

import instances
from solvers import PEERS, flow_solvers
from suite import Context, Report, Row

TITLE = "Memory"
ORDER = 30
DEFAULT = True

SHAPES = {"small": (1000, 100), "default": (20000, 500), "full": (20000, 500)}
LEAST = "p min 2 1\nn 1 1\nn 2 -1\na 1 2 0 1 1\n"


def peak(command: list[str]) -> int:
    """The largest resident set of a process, in bytes."""
    done = subprocess.run([str(PEERS / "peak_memory"), *command], capture_output=True, text=True, check=True)
    return int(done.stderr.splitlines()[-1]) * 1024


def run(context: Context) -> Report:
    clusters, sites = SHAPES[context.sizes]
    instance = instances.generate(context.rmc, "assignment", (clusters, sites), f"assignment-{clusters}x{sites}")
    least = instances.FOLDER / "least.min"
    least.write_text(LEAST)
    empty = instances.Instance("least", "least", "flow", least, arcs=1)
    names = {"rmc": "ours", "lemon network-simplex": "LEMON's network simplex",
             "lemon cost-scaling": "LEMON's cost scaling"}
    solvers = [solver for solver in flow_solvers(context.rmc) if solver.name in names]
    bytes_per_arc, figures = {}, {}
    for solver in solvers:
        samples = [peak(solver.command(instance, context.limit)) - peak(solver.command(empty, context.limit))
                   for _ in range(context.runs)]
        bytes_per_arc[solver.name] = statistics.median(samples) / instance.arcs
        figures[f"memory {instance.name}: {solver.name}"] = {
            "value": round(bytes_per_arc[solver.name], 2), "unit": "bytes an arc"}
        context.keep({"family": "memory", "instance": instance.name, "solver": solver.name, "bytes": samples})
    note = ", ".join(f"{names[name]} {value:.0f}" for name, value in bytes_per_arc.items() if name != "rmc")
    return Report(figures=figures, rows=[Row(
        f"peak memory from file to answer, {instance.arcs:,} arcs", bytes_per_arc["rmc"], unit="bytes an arc", bar=80,
        moonshot=48, note=note)])
