"""Asks ours and the peers about facility location files: one process a call, ended when it outlives its limit."""

import json
import pathlib
import subprocess

import instances
from solvers import HERE, PYTHON

PEERS = ("highs", "scip", "cbc")
# Seconds a peer may take to read, state the program and notice that its time is over.
GRACE = 8.0


def folder() -> pathlib.Path | None:
    """Where the published facility files are, if they are at hand."""
    data = instances.shared_data()
    return data / "facility" if data and (data / "facility").is_dir() else None


def plain(relative: str) -> pathlib.Path:
    """A published file as plain text."""
    path = folder() / relative
    packed = path.with_name(path.name + ".xz")
    return path if path.exists() else instances.unpacked(packed, relative.replace("/", "-"))


def run(command: list[str], limit: float) -> dict:
    """What a call said; `failed` or `time-limit` without a figure where it said nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit + GRACE)
    except subprocess.TimeoutExpired:
        return {"termination": "time-limit", "objective": None, "bound": None, "seconds": {"solve": None}}
    try:
        return json.loads(done.stdout)
    except ValueError:
        words = (done.stderr or done.stdout).strip().splitlines()
        return {"termination": "failed", "objective": None, "bound": None, "seconds": {"solve": None},
                "complaint": f"{' '.join(command)}: exit {done.returncode}: {words[-1] if words else 'no word'}"}


def ours(rmc: str, path: pathlib.Path, limit: float, *options: str) -> dict:
    """`rmc solve facility`, its certificate checked."""
    return run([rmc, "solve", "facility", str(path), *options, "--time-limit", str(limit), "--format", "json"],
               2 * limit + 30)


def peer(name: str, path: pathlib.Path, kind: str, limit: float, capacity: str | None = None, gap: float = 0) -> dict:
    """HiGHS, SCIP or CBC on the strong formulation."""
    options = (["--capacity", capacity] if capacity else []) + (["--gap", str(gap)] if gap else [])
    script = "highs_facility.py" if name == "highs" else "ortools_facility.py"
    solver = [] if name == "highs" else ["--solver", name.upper()]
    return run([PYTHON, str(HERE / script), str(path), kind, str(limit), *solver, *options], limit)


def gap(answer: dict) -> float | None:
    """The relative distance of an answer from its bound, in per cent."""
    objective, bound = answer.get("objective"), answer.get("bound")
    if objective is None or bound is None or bound <= 0:
        return None
    return 100 * max(0.0, objective - bound) / bound


def said(name: str, answer: dict) -> str:
    """A peer's answer in a few words: its time when it proved, else its gap when time was over."""
    if answer["termination"] == "optimal":
        return f"{name} {1000 * answer['seconds']['solve']:.3g} ms"
    if answer["termination"] == "failed":
        return f"{name} not available"
    left = gap(answer)
    return f"{name} {'no bound' if left is None else f'{left:.2g} % gap'} at the limit"


def references() -> dict[str, float]:
    """Published values by file name: optimal or best known."""
    values = {}
    for line in (folder() / "koerkel_ghosh" / "reference.csv").read_text().splitlines()[1:]:
        name, value, _ = line.split(",")
        values[name] = float(value)
    for line in (folder() / "reference_uncapacitated.txt").read_text().splitlines():
        name, value = line.split()
        values[name.capitalize() if name.startswith("KCAP") else name] = float(value)
    return values
