"""Checks `report.py` on planted histories: what was made slower is named, what was not is not."""

import json
import pathlib
import tempfile
import xml.etree.ElementTree

import record
import report


def planted(values: dict[str, tuple[list[float], str]], machines: list[str] | None = None) -> list[dict]:
    """Runs in which each figure takes the values given."""
    count = len(next(iter(values.values()))[0])
    return [{"suite": "planted", "commit": f"{index:012x}", "changed": False, "date": f"2026-01-{index + 1:02d}",
             "machine": {"cpu": machines[index] if machines else "one", "cores": 2},
             "figures": {name: {"value": numbers[index], "unit": unit} for name, (numbers, unit) in values.items()}}
            for index in range(count)]


def slower_names(runs: list[dict]) -> set[str]:
    """The figures that the report calls slower, through the files and the page, as a user would see them."""
    with tempfile.TemporaryDirectory() as folder:
        history, out = pathlib.Path(folder) / "planted.jsonl", pathlib.Path(folder) / "bench.html"
        # Files may be joined in any order: dates decide.
        history.write_text("".join(json.dumps(run) + "\n" for run in reversed(runs)))
        series = report.load(pathlib.Path(folder))
        lines = report.report(series, out, window=10, slower=0.15)
        text = out.read_text()
        drawings = text.split("<svg")[1:]
        for drawing in drawings:
            xml.etree.ElementTree.fromstring("<svg" + drawing.split("</svg>")[0] + "</svg>")
        assert len(drawings) == len(series), f"{len(drawings)} charts for {len(series)} figures"
        assert text.count("<circle") == sum(len(item.points) for item in series), "a run is not drawn"
        assert "http" not in text, "the page must not load anything"
    return {line.split(": ")[1] for line in lines}


def expect(cause: str, found, wanted) -> None:
    """One check, with a word on what was tried."""
    if found != wanted:
        raise AssertionError(f"{cause}: found {found}, expected {wanted}")


def main() -> int:
    steady = [10, 10.2, 9.9, 10.1, 10]
    expect("a time that doubled, beside a steady one",
           slower_names(planted({"slow <&>": (steady + [20], "ms"), "steady": (steady + [10.3], "ms")})), {"slow <&>"})
    expect("a time within the share allowed", slower_names(planted({"near": (steady + [11], "ms")})), set())
    expect("a time that got faster", slower_names(planted({"fast": (steady + [2], "ms")})), set())
    expect("one outlier before, nothing now", slower_names(planted({"once": (steady + [50, 10], "ms")})), set())
    expect("a time with too few runs before it", slower_names(planted({"new": ([10, 10, 30], "ms")})), set())
    expect("a counter that grew by one", slower_names(planted({"pivots": ([100, 101], "count")})), {"pivots"})
    expect("a counter that stayed", slower_names(planted({"pivots": ([100, 100], "count")})), set())
    expect("a counter that left zero", slower_names(planted({"misses": ([0, 3], "count")})), {"misses"})
    other = planted({"moved": (steady + [20], "ms")}, machines=["one"] * 5 + ["two"])
    expect("another machine's time", slower_names(other), set())
    drift = planted({"drift": ([10.0] * 10 + [20.0] * 11, "ms")})
    expect("what was slow for the whole window", slower_names(drift), set())
    expect("no machine named", slower_names([{key: value for key, value in run.items() if key != "machine"}
                                             for run in planted({"bare": (steady + [20], "ms")})]), {"bare"})
    for text in ("{", '{"date": "x"}', '{"date": "x", "commit": "y", "figures": {"a": {"value": "z", "unit": "ms"}}}',
                 "[]", '{"date": "x", "commit": "y", "figures": 3}'):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bad.jsonl"
            path.write_text("\n" + text + "\n")
            try:
                record.read_history(path)
            except ValueError as error:
                expect("a bad line's place", "bad.jsonl:2: " in str(error), True)
            else:
                raise AssertionError(f"a bad line was taken: {text}")
    print("bench-report: self-test: planted histories judged rightly")
    return 0
