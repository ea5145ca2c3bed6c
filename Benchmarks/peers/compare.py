"""Runs ours and the peers on the same files, interleaved in one run, and prints medians and ratios.

    .peers/venv/bin/python Benchmarks/peers/compare.py [--runs 5] [--sizes small|default|large] [--suites ...]

Every answer goes to a JSON Lines file (one line a call), the medians to the history that `make bench-report` draws.
Exit code 1 when two solvers that claim an optimum disagree, ours has no optimum where a peer has one, or a call fails.
"""

import argparse
import json
import math
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tracking"))
import instances as sources  # noqa: E402
import record  # noqa: E402
import ticks  # noqa: E402
from solvers import Answer, all_solvers, call  # noqa: E402

OURS = "rmc"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ours and the peers on the same files, interleaved.")
    parser.add_argument("--rmc", default=str(record.ROOT / ".build" / "release" / "rmc"), help="our command line")
    parser.add_argument("--runs", type=int, default=5, help="calls of each solver on each instance (default 5)")
    parser.add_argument("--sizes", choices=sources.SIZES, default="default")
    parser.add_argument("--families", help="generated families, separated by commas (default all)")
    parser.add_argument("--suites", default="flow,facility,ticks", help="any of flow, facility, ticks")
    parser.add_argument("--time-limit", type=float, default=20, help="seconds for one call (default 20)")
    parser.add_argument("--out", default=str(record.ROOT / "out" / "peers.jsonl"), help="JSON Lines, one line a call")
    return parser.parse_args()


def interleave(problems, solvers, runs: int, limit: float, keep) -> dict:
    """Answers by (instance, solver). Each round asks every solver once, starting with another one each time.

    A solver that finds no optimum within the limit is not asked about that instance again.
    """
    answers: dict[tuple[str, str], list[Answer]] = {}
    for run in range(runs):
        for instance in problems:
            takers = [solver for solver in solvers if solver.takes(instance)]
            shift = run % len(takers)
            for solver in takers[shift:] + takers[:shift]:
                said = answers.setdefault((instance.name, solver.name), [])
                if said and said[-1].termination != "optimal":
                    continue
                answer = call(solver, instance, limit)
                said.append(answer)
                keep({"family": instance.family, "instance": instance.name, "arcs": instance.arcs, "run": run,
                      "solver": solver.name, "termination": answer.termination, "objective": answer.objective,
                      "seconds": {"solve": answer.solve, "read": answer.read}})
        print(f"round {run + 1} of {runs} done", file=sys.stderr)
    return answers


def median_seconds(said: list[Answer] | None) -> float | None:
    """The median of the solve times; None unless every call ended optimal."""
    if not said or any(answer.termination != "optimal" for answer in said):
        return None
    return statistics.median(answer.solve for answer in said)


def disagreements(problems, names, answers) -> list[str]:
    """What is wrong: failed calls, and objectives that differ (flows at all, facility costs by a part in a million)."""
    wrong = [answer.complaint for said in answers.values() for answer in said if answer.complaint]
    for instance in problems:
        optima = {(name, answer.objective) for name in names for answer in answers.get((instance.name, name), [])
                  if answer.termination == "optimal"}
        values = [value for _, value in optima]
        tolerance = 0 if instance.kind == "flow" else 1e-6 * max(map(abs, values), default=0)
        if values and max(values) - min(values) > tolerance:
            said = ", ".join(f"{name} {value}" for name, value in sorted(optima))
            wrong.append(f"{instance.name}: the optima differ: {said}")
        if values and OURS not in {name for name, _ in optima}:
            wrong.append(f"{instance.name}: solved by {', '.join(sorted({n for n, _ in optima}))}, but not by {OURS}")
    return wrong


def geometric_mean(ratios: list[float]) -> str:
    """As text with the number of instances behind it; a dash for none."""
    if not ratios:
        return "-"
    return f"{math.exp(statistics.fmean(map(math.log, ratios))):.2f} ({len(ratios)})"


def table(title: str, problems, names: list[str], answers) -> dict:
    """Prints medians in ms, ratios to ours, and geometric means; returns the figures for the history."""
    width = max(len(instance.name) for instance in problems) + 2
    figures, ratios = {}, {}
    print(f"\n{title}: median solve time in ms (times ours)")
    print("instance".ljust(width) + "".join(name.rjust(24) for name in names))
    for instance in problems:
        ours = median_seconds(answers.get((instance.name, OURS)))
        row = instance.name.ljust(width)
        for name in names:
            said = answers.get((instance.name, name))
            median = median_seconds(said)
            if median is None:
                row += (said[-1].termination if said else "-").rjust(24)
                continue
            figures[f"{instance.name}: {name}"] = {"value": round(1000 * median, 4), "unit": "ms"}
            text = f"{1000 * median:.2f}"
            if ours and name != OURS:
                ratios.setdefault((instance.family, name), []).append(median / ours)
                text += f" ({median / ours:.2f}x)"
            row += text.rjust(24)
        print(row)
    families = list(dict.fromkeys(instance.family for instance in problems))
    others = [name for name in names if name != OURS]
    print("\nGeometric mean of the ratio to ours, and over how many instances; above 1 the peer is slower")
    print("family".ljust(width) + "".join(name.rjust(24) for name in others))
    for family in families:
        print(family.ljust(width) + "".join(geometric_mean(ratios.get((family, name), [])).rjust(24) for name in others))
    every = {name: [ratio for family in families for ratio in ratios.get((family, name), [])] for name in others}
    print("all".ljust(width) + "".join(geometric_mean(every[name]).rjust(24) for name in others))
    return figures


def main() -> int:
    options = arguments()
    suites = options.suites.split(",")
    families = options.families.split(",") if options.families else None
    started = time.monotonic()
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    wrong, figures = [], {}
    with open(out, "w", encoding="utf-8") as lines:
        def keep(line: dict) -> None:
            lines.write(json.dumps(line, sort_keys=True) + "\n")
            lines.flush()

        groups = []
        if "flow" in suites:
            groups.append(("Minimum-cost flow", sources.flows(options.rmc, options.sizes, families)))
        if "facility" in suites:
            groups.append(("Facility location", sources.facilities(options.sizes)))
        for title, problems in groups:
            if not problems:
                print(f"{title}: no instances here; set RMC_SHARED_DATA to the folder of the shared data")
                continue
            kinds = {instance.kind for instance in problems}
            solvers = [solver for solver in all_solvers(options.rmc) if kinds & set(solver.kinds)]
            names = [solver.name for solver in solvers]
            answers = interleave(problems, solvers, options.runs, options.time_limit, keep)
            figures |= table(title, problems, names, answers)
            wrong += disagreements(problems, names, answers)
        if "ticks" in suites:
            figures |= ticks.compare(options.rmc, options.sizes, options.runs, options.time_limit, keep)
    kept = record.keep("peers", figures)
    for line in wrong:
        print(f"peers: {line}", file=sys.stderr)
    agreement = "not all is well, see above" if wrong else "all objectives agree"
    print(f"\n{agreement}; {time.monotonic() - started:.0f} s; every call is in {out}, the medians in {kept}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
