"""Draws the kept benchmark runs as one HTML page and says what got slower.

    python3 Benchmarks/tracking/report.py [--out out/bench.html] [--window 10] [--slower 0.15] [--strict]
    python3 Benchmarks/tracking/report.py --self-test

A figure got slower when the last run lies above the median of the runs before it (at most `--window`, on the same
machine) by more than the share `--slower`; a counter, being deterministic, when it grew at all. Times need three
earlier runs to be judged. `--strict` ends with exit code 1 when anything got slower.
"""

import argparse
import dataclasses
import pathlib
import statistics
import sys

import chart
import record

LEAST_EARLIER_TIMES = 3


@dataclasses.dataclass
class Point:
    """One figure of one run."""

    date: str
    commit: str
    machine: str
    value: float


@dataclasses.dataclass
class Series:
    """A figure through the runs of a suite, oldest first."""

    suite: str
    name: str
    unit: str
    points: list[Point]

    def verdict(self, window: int, slower: float) -> tuple[str, float | None]:
        """`slower`, `faster`, `same` or `new`, and the last value less the earlier median, as a share of it."""
        last = self.points[-1]
        earlier = [point.value for point in self.points[:-1] if point.machine == last.machine][-window:]
        is_time = self.unit in record.TIME_UNITS
        if len(earlier) < (LEAST_EARLIER_TIMES if is_time else 1):
            return "new", None
        median = statistics.median(earlier)
        if median == 0:
            return ("same", 0.0) if last.value == 0 else ("slower", None)
        change = (last.value - median) / median
        allowed = slower if is_time else 0
        if change > allowed:
            return "slower", change
        return ("faster" if change < -allowed else "same"), change


def series_of(suite: str, runs: list[dict]) -> list[Series]:
    """Every figure of the runs, in the order in which they first appear. A changed unit starts a new series."""
    found: dict[tuple[str, str], Series] = {}
    for run in runs:
        machine = run.get("machine", {})
        where = f"{machine.get('cpu', 'unknown')}, {machine.get('cores', '?')} cores"
        for name, figure in run["figures"].items():
            series = found.setdefault((name, figure["unit"]), Series(suite, name, figure["unit"], []))
            commit = run["commit"] + ("+" if run.get("changed") else "")
            series.points.append(Point(run["date"], commit, where, float(figure["value"])))
    return list(found.values())


def load(folder: pathlib.Path) -> list[Series]:
    """The series of every suite in a history folder."""
    series = []
    for path in sorted(folder.glob("*.jsonl")):
        series += series_of(path.stem, record.read_history(path))
    return series


def change_text(change: float | None) -> str:
    """A change as a signed percentage."""
    return "from 0" if change is None else f"{change:+.1%}"


def report(series: list[Series], out: pathlib.Path, window: int, slower: float) -> list[str]:
    """Writes the page; returns one line for each figure that got slower, the worst first."""
    judged = [(item, *item.verdict(window, slower)) for item in series]
    worst = sorted((entry for entry in judged if entry[1] == "slower"),
                   key=lambda entry: -(entry[2] if entry[2] is not None else float("inf")))
    lines = [f"{item.suite}: {item.name}: {item.points[-1].value:g} {item.unit}, {change_text(change)} over the "
             f"median of the runs before it" for item, _, change in worst]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(chart.page(judged, lines), encoding="utf-8")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description="Draws the kept benchmark runs and says what got slower.")
    parser.add_argument("--history", type=pathlib.Path, default=record.history_folder())
    parser.add_argument("--out", type=pathlib.Path, default=record.ROOT / "out" / "bench.html")
    parser.add_argument("--window", type=int, default=10, help="earlier runs that the median is taken of")
    parser.add_argument("--slower", type=float, default=0.15, help="share above the median that counts as slower")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when anything got slower")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        import report_self_test
        return report_self_test.main()
    try:
        series = load(options.history)
    except ValueError as error:
        print(f"bench-report: {error}", file=sys.stderr)
        return 65
    if not series:
        print(f"bench-report: no runs in {options.history}; `make bench` and `make bench-peers` keep theirs there")
        return 0
    slow = report(series, options.out, options.window, options.slower)
    for line in slow:
        print(f"slower: {line}")
    runs = max(len(item.points) for item in series)
    print(f"{len(series)} figures over up to {runs} runs, {len(slow)} got slower; drawn in {options.out}")
    return 1 if options.strict and slow else 0


if __name__ == "__main__":
    sys.exit(main())
