"""Gates the last bench run: a deterministic counter may not grow beyond its threshold. Times are kept, and only told.

    python3 Benchmarks/tracking/thresholds.py [--partial]       check out/bench, keep its figures
    python3 Benchmarks/tracking/thresholds.py --accept          take its counters as the thresholds
    python3 Benchmarks/tracking/thresholds.py --self-test

Exit code 1 when a counter grew by more than the tolerance of the thresholds file, when a benchmark has no threshold,
or when one with a threshold did not run (unless `--partial` says that only some were asked for).
"""

import argparse
import json
import pathlib
import statistics
import sys

import record

THRESHOLDS = record.ROOT / "Benchmarks" / "Thresholds" / "kernels.json"
RUN = record.ROOT / "out" / "bench"
# What a new thresholds file starts with. Advisory counters say of what kind the work was; they are kept, not gated.
DEFAULTS = {"tolerance": 0.05, "advisory": ["bound-flips", "degenerate-pivots"], "counters": {}}
SAMPLES = ".wallClock.histogram.samples.tsv"

Counters = dict[str, dict[str, int]]


def read_counters(path: pathlib.Path) -> Counters:
    """The counters of a run by benchmark."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["benchmark"]: line["counters"] for line in lines}


def read_medians(folder: pathlib.Path) -> dict[str, float]:
    """The median wall clock of each benchmark in ms, from the library's samples in ns (a heading, then a number a line)."""
    medians = {}
    for path in sorted(folder.glob(f"*{SAMPLES}")):
        name = path.name.removesuffix(SAMPLES).split(".", 2)[2]
        samples = [float(line) for line in path.read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
        if samples:
            medians[name] = statistics.median(samples) / 1e6
    return medians


def check(found: Counters, thresholds: dict, partial: bool) -> tuple[list[str], list[str]]:
    """What is wrong, and what got better by more than the tolerance."""
    wrong, better = [], []
    tolerance, expected, advisory = thresholds["tolerance"], thresholds["counters"], set(thresholds["advisory"])
    for benchmark, counters in found.items():
        if benchmark not in expected:
            wrong.append(f"{benchmark}: has no threshold; `make bench-thresholds` takes this run's counters")
            continue
        for name in sorted((counters.keys() | expected[benchmark].keys()) - advisory):
            value, limit = counters.get(name), expected[benchmark].get(name)
            if value is None or limit is None:
                wrong.append(f"{benchmark}: {name} is {value}, its threshold {limit}; expected both or neither")
            elif value > limit * (1 + tolerance):
                wrong.append(f"{benchmark}: {name} grew from {limit} to {value}; at most {tolerance:.0%} is allowed")
            elif value < limit * (1 - tolerance):
                better.append(f"{benchmark}: {name} fell from {limit} to {value}")
    if not partial:
        wrong += [f"{benchmark}: has a threshold, but did not run" for benchmark in expected if benchmark not in found]
    return wrong, better


def figures_of(counters: Counters, medians: dict[str, float]) -> dict:
    """A run's figures for the history."""
    figures = {name: {"value": round(value, 4), "unit": "ms"} for name, value in medians.items()}
    for benchmark, values in counters.items():
        for name, value in values.items():
            figures[f"{benchmark}: {name}"] = {"value": value, "unit": "count"}
    return figures


def show(counters: Counters, medians: dict[str, float]) -> None:
    """A table of the run."""
    for benchmark in sorted(counters.keys() | medians.keys()):
        time = f"{medians[benchmark]:12.3f} ms" if benchmark in medians else " " * 15
        counts = ", ".join(f"{name} {value}" for name, value in sorted(counters.get(benchmark, {}).items()))
        print(f"{benchmark:34}{time}   {counts}")


def self_test() -> int:
    """Plants runs beside thresholds and looks at what is said."""
    thresholds = {"tolerance": 0.05, "advisory": ["flips"],
                  "counters": {"a": {"pivots": 100, "misses": 0, "flips": 3}, "b": {"cuts": 7}}}
    good: Counters = {"a": {"pivots": 105, "misses": 0}, "b": {"cuts": 7}}
    cases = [
        ("within the tolerance", good, False, 0, 0),
        ("a counter that grew", good | {"a": {"pivots": 106, "misses": 0}}, False, 1, 0),
        ("an advisory counter that grew", good | {"b": {"cuts": 7, "flips": 99}}, False, 0, 0),
        ("a counter that left zero", good | {"a": {"pivots": 100, "misses": 1}}, False, 1, 0),
        ("a counter that fell", good | {"a": {"pivots": 90, "misses": 0}}, False, 0, 1),
        ("a counter that went", good | {"b": {}}, False, 1, 0),
        ("a counter that came", good | {"b": {"cuts": 7, "nodes": 1}}, False, 1, 0),
        ("a benchmark without threshold", good | {"c": {"pivots": 1}}, False, 1, 0),
        ("a benchmark that did not run", {"a": good["a"]}, False, 1, 0),
        ("one that was not asked for", {"a": good["a"]}, True, 0, 0),
        ("nothing ran", {}, False, 2, 0),
    ]
    for cause, found, partial, wrong, better in cases:
        said = check(found, thresholds, partial)
        if (len(said[0]), len(said[1])) != (wrong, better):
            print(f"thresholds: self-test: {cause}: said {said}; expected {wrong} wrong, {better} better")
            return 1
    print(f"thresholds: self-test: {len(cases)} planted runs judged rightly")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Gates the counters of the last bench run.")
    parser.add_argument("--partial", action="store_true", help="not all benchmarks were asked for")
    parser.add_argument("--accept", action="store_true", help="take the run's counters as the thresholds")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not (RUN / "counters.jsonl").exists():
        print("bench: no run in out/bench; `make bench` makes one", file=sys.stderr)
        return 65
    counters, medians = read_counters(RUN / "counters.jsonl"), read_medians(RUN)
    thresholds = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else DEFAULTS
    if options.accept:
        THRESHOLDS.parent.mkdir(parents=True, exist_ok=True)
        gated = {benchmark: {name: value for name, value in values.items() if name not in thresholds["advisory"]}
                 for benchmark, values in counters.items()}
        THRESHOLDS.write_text(json.dumps(thresholds | {"counters": gated}, indent=2, sort_keys=True) + "\n")
        print(f"{len(counters)} benchmarks' counters are now the thresholds; look at the change before it is committed")
        return 0
    show(counters, medians)
    kept = record.keep("kernels", figures_of(counters, medians))
    wrong, better = check(counters, thresholds, options.partial)
    for line in better:
        print(f"better: {line}; `make bench-thresholds` tightens the threshold")
    for line in wrong:
        print(f"bench: {line}", file=sys.stderr)
    print(f"{len(counters)} benchmarks, {len(wrong)} thresholds broken; the figures are kept in {kept}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
