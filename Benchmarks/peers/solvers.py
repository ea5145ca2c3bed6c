"""Who is compared: how each solver is called, and what it says. Each call is a process of its own."""

import dataclasses
import json
import pathlib
import subprocess
from collections.abc import Callable

from instances import Instance

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE.parents[1] / ".peers"
PYTHON = str(PEERS / "venv" / "bin" / "python")


@dataclasses.dataclass(frozen=True)
class Solver:
    """A way to solve instances. Of flows, only those with at most `most_arcs` are tried."""

    name: str
    kinds: tuple[str, ...]
    command: Callable[[Instance, float], list[str]]
    most_arcs: int = 1 << 60

    def takes(self, instance: Instance) -> bool:
        """Whether the solver is asked at all."""
        return instance.kind in self.kinds and instance.arcs <= self.most_arcs


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a call said; `solve` in seconds, None when there is no answer, and then perhaps a word on why."""

    termination: str
    objective: float | None
    solve: float | None
    read: float | None
    complaint: str | None = None


FLOW = ("flow",)


def ours(rmc: str, solver: str) -> Callable[[Instance, float], list[str]]:
    """Our command line with one of its flow solvers."""
    def command(instance: Instance, limit: float) -> list[str]:
        return [rmc, "solve", "flow", str(instance.path), "--solver", solver, "--time-limit", str(limit),
                "--format", "json"]
    return command


def flow_solvers(rmc: str) -> list[Solver]:
    """Ours first: ratios are taken to it. The caps on arcs keep a run of all peers within reason."""
    def lemon(algorithm: str) -> Callable[[Instance, float], list[str]]:
        return lambda instance, limit: [str(PEERS / "lemon_flow"), algorithm, str(instance.path)]

    return [
        Solver("rmc", FLOW, ours(rmc, "auto")),
        Solver("lemon network-simplex", FLOW, lemon("network-simplex")),
        Solver("lemon cost-scaling", FLOW, lemon("cost-scaling")),
        Solver("or-tools", FLOW, lambda i, _: [PYTHON, str(HERE / "ortools_flow.py"), str(i.path)]),
        Solver("highs", FLOW, lambda i, limit: [PYTHON, str(HERE / "highs_flow.py"), str(i.path), str(limit)], 40_000),
        Solver("glpk simplex", FLOW, ours(rmc, "glpk"), 9_000),
        Solver("glpk okalg", FLOW, lambda i, _: [str(PEERS / "glpk_okalg"), str(i.path)], 40_000),
    ]


def call(solver: Solver, instance: Instance, limit: float) -> Answer:
    """One call, ended when it outlives its limit by far. One that gives no answer is `failed`, with its last words."""
    command = solver.command(instance, limit)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * limit + 30)
    except subprocess.TimeoutExpired:
        return Answer("time-limit", None, None, None)
    if done.returncode == 75:
        return Answer("time-limit", None, None, None)
    try:
        said = json.loads(done.stdout)
        seconds = said["seconds"]
        return Answer(said["termination"], said.get("objective"), seconds["solve"], seconds["read"])
    except (ValueError, KeyError, TypeError):
        words = (done.stderr or done.stdout).strip().splitlines()
        complaint = f"{' '.join(command)}: exit {done.returncode}: {words[-1].strip() if words else 'no word'}"
        return Answer("failed", None, None, None, complaint)
