"""Ticks: the same network again and again with a part of it changed. Ours starts warm; no peer can, so it starts cold."""

import json
import math
import statistics
import subprocess

from instances import generate
from solvers import call, flow_solvers
from suite import Context, Report, Row

TITLE = "Minimum-cost flow, warm"
ORDER = 20
DEFAULT = True

# Clusters, sites; each cluster reaches 16 sites.
SHAPES = {"small": (1000, 100), "default": (20000, 500), "full": (20000, 500)}
# The part of demands and costs that changes, the bar and the moonshot against LEMON from scratch, ticks of a run.
CHANGES = [(0.01, 30.0, 100.0), (0.1, 10.0, 25.0), (1.0, 4.0, 6.0)]
TICKS = 8
# Clusters, sites and ticks of the networks whose times show how a tick with 1 % changed grows.
GROWTH = {
    "small": [(500, 50, 40), (1000, 100, 20), (2000, 100, 20)],
    "default": [(2000, 50, 40), (6000, 150, 20), (20000, 500, 10), (60000, 1500, 5), (200000, 5000, 3)],
}
GROWTH["full"] = GROWTH["default"]


def bench(rmc: str, clusters: int, sites: int, change: float, ticks: int) -> dict:
    """One run of `rmc bench flow`: percentiles of cold and warm times in ms."""
    command = [rmc, "bench", "flow", "--shape", "assignment", "--clusters", str(clusters), "--sites", str(sites),
               "--degree", "16", "--change", str(change), "--ticks", str(ticks), "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def run(context: Context) -> Report:
    report = Report()
    warm(context, report)
    growth(context, report)
    return report


def warm(context: Context, report: Report) -> None:
    """Runs of ours at each part changed, and of LEMON from scratch, in turn."""
    clusters, sites = SHAPES[context.sizes]
    name = f"assignment-{clusters}x{sites}"
    instance = generate(context.rmc, "assignment", (clusters, sites), name)
    lemon = next(solver for solver in flow_solvers(context.rmc) if solver.name == "lemon network-simplex")
    ours: dict[tuple[float, str], list[float]] = {}
    peer = []
    for number in range(context.runs):
        for change, _, _ in CHANGES:
            measured = bench(context.rmc, clusters, sites, change, TICKS)
            for kind in ("cold", "warm", "warm-solve"):
                ours.setdefault((change, kind), []).append(measured[kind]["p50"])
            answer = call(lemon, instance, context.limit)
            if answer.termination != "optimal":
                report.wrong.append(f"LEMON ended {answer.termination} on {name}; expected an optimum")
                return
            peer.append(1000 * answer.solve)
            context.keep({"family": "ticks", "instance": name, "run": number, "change": change, "solver": "rmc",
                          "bench": measured})
            context.keep({"family": "ticks", "instance": name, "run": number, "solver": lemon.name,
                          "seconds": {"solve": answer.solve, "read": answer.read}})
    cold_peer = statistics.median(peer)
    report.figures[f"tick {name}: lemon cold"] = {"value": round(cold_peer, 4), "unit": "ms"}
    print(f"\nTicks on {name}, medians of {context.runs} runs of {TICKS} ticks, in ms; LEMON from scratch "
          f"{cold_peer:.1f} ({len(peer)} calls)")
    for change, bar, moonshot in CHANGES:
        cold, total, solve = (statistics.median(ours[change, kind]) for kind in ("cold", "warm", "warm-solve"))
        print(f"  {change:4.0%} changed: cold {cold:8.2f}, warm {total:7.2f}, of which the solve {solve:7.2f}")
        for label, value in [("cold", cold), ("warm", total), ("warm-solve", solve)]:
            report.figures[f"tick {name} {change:.0%}: {label}"] = {"value": round(value, 4), "unit": "ms"}
        report.rows.append(Row(
            f"warm, {clusters:,} x {sites:,} x 16, {change:.0%} changed, LEMON cold / ours", cold_peer / total,
            bar=bar, moonshot=moonshot, better="more",
            note=f"{total:.1f} ms with the statement of changes; without it {cold_peer / solve:.1f}x, {solve:.1f} ms"))


def growth(context: Context, report: Report) -> None:
    """The exponent with which a warm tick grows, by least squares over the logarithms."""
    times: dict[tuple[int, int, int], list[float]] = {shape: [] for shape in GROWTH[context.sizes]}
    # The largest network takes most of the time: two runs of it, as of all, are enough for a slope.
    for number in range(min(context.runs, 2)):
        for clusters, sites, ticks in times:
            measured = bench(context.rmc, clusters, sites, 0.01, ticks)
            times[clusters, sites, ticks].append(measured["warm"]["p50"])
            context.keep({"family": "growth", "clusters": clusters, "run": number, "solver": "rmc", "bench": measured})
    medians = {shape[0]: statistics.median(values) for shape, values in times.items()}
    exponent = slope([math.log(size) for size in medians], [math.log(value) for value in medians.values()])
    report.figures["tick growth: exponent"] = {"value": round(exponent, 4), "unit": "exponent"}
    report.rows.append(Row(
        f"growth of a warm tick with 1 % changed, {min(medians):,} to {max(medians):,} clusters", exponent,
        unit="exponent", bar=1.0,
        note=", ".join(f"{size:,}: {value:.2f} ms" for size, value in medians.items())))


def slope(x: list[float], y: list[float]) -> float:
    """The slope of the least-squares line."""
    middle_x, middle_y = statistics.fmean(x), statistics.fmean(y)
    return (sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y))
            / sum((a - middle_x) ** 2 for a in x))
