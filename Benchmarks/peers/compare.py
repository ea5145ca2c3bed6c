"""Runs ours and the peers on the same files, interleaved in one run, and prints what was asked and what was measured.

    .peers/venv/bin/python Benchmarks/peers/compare.py [--runs 5] [--sizes small|default|full] [--suites flow,tick]

Every call goes to a JSON Lines file, the medians to the history that `make bench-report` draws. Exit code 1 when two
solvers that claim an optimum disagree, ours has no optimum where a peer has one, or a call fails; a bar that is missed
is a verdict, not a failure.
"""

import argparse
import importlib
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tracking"))
import instances  # noqa: E402
import record  # noqa: E402
import suite  # noqa: E402


def arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ours and the peers on the same files, interleaved.")
    parser.add_argument("--rmc", default=str(record.ROOT / ".build" / "release" / "rmc"), help="our command line")
    parser.add_argument("--runs", type=int, default=5, help="the fewest calls behind a median (default 5)")
    parser.add_argument("--sizes", choices=instances.SIZES, default="default")
    parser.add_argument("--families", help="generated families, separated by commas (default all)")
    parser.add_argument("--suites", help=f"any of {', '.join(names)}, separated by commas")
    parser.add_argument("--peers", choices=["asked", "all"], default="asked",
                        help="'all' also asks OR-Tools, HiGHS and GLPK for every flow they can take")
    parser.add_argument("--time-limit", type=float, default=60, help="seconds for one call (default 60)")
    parser.add_argument("--out", default=str(record.ROOT / "out" / "peers.jsonl"), help="JSON Lines, one line a call")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; expected 1 or more")
    unknown = set((options.suites or names[0]).split(",")) - set(names)
    if unknown:
        parser.error(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


def main() -> int:
    modules = {name: importlib.import_module(f"{name}_rows") for name in suite.suites(HERE)}
    names = sorted(modules, key=lambda name: modules[name].ORDER)
    options = arguments(names)
    asked = options.suites.split(",") if options.suites else [name for name in names if modules[name].DEFAULT]
    families = options.families.split(",") if options.families else None
    started = time.monotonic()
    out = pathlib.Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    sections, figures, wrong = [], {}, []
    with open(out, "w", encoding="utf-8") as lines:
        def keep(line: dict) -> None:
            lines.write(json.dumps(line, sort_keys=True) + "\n")
            lines.flush()

        context = suite.Context(options.rmc, options.runs, options.sizes, families, options.time_limit, options, keep)
        for name in names:
            if name not in asked:
                continue
            begin = time.monotonic()
            report = modules[name].run(context)
            sections.append((modules[name].TITLE, report.rows))
            figures |= report.figures
            wrong += report.wrong
            print(f"peers: suite {name} took {time.monotonic() - begin:.0f} s", file=sys.stderr)
    kept = record.keep("peers", figures)
    suite.print_table([section for section in sections if section[1]])
    for line in wrong:
        print(f"peers: {line}", file=sys.stderr)
    agreement = "not all is well, see above" if wrong else "all objectives agree"
    print(f"\n{agreement}; {time.monotonic() - started:.0f} s; every call is in {out}, the medians in {kept}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
