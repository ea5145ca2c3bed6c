"""Keeps benchmark runs as JSON Lines: one line a run, with the commit, the date, the machine and the figures.

A figure is `name: {"value": number, "unit": text}`; smaller is better. Units `ms` and `s` are times, which are advisory;
every other unit is a deterministic counter. Only the standard library is used.
"""

import datetime
import json
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIME_UNITS = {"ms", "s"}


def history_folder() -> pathlib.Path:
    """Where runs are kept: the folder that BENCH_HISTORY names, or Benchmarks/history, which git ignores."""
    return pathlib.Path(os.environ.get("BENCH_HISTORY") or ROOT / "Benchmarks" / "history")


def output_of(*command: str) -> str:
    """What a command prints, or an empty text when it is not there or fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def machine() -> dict:
    """What figures depend on, and a comparison should name."""
    model = platform.processor() or platform.machine()
    memory = 0
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
        memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // (1 << 20)
    except (OSError, ValueError, IndexError):
        pass  # Not Linux: the model's name is what the platform says, the memory unknown.
    version = output_of("swift", "--version").splitlines()
    return {"cpu": model, "cores": os.cpu_count(), "memory-gib": memory, "system": platform.platform(terse=True),
            "swift": version[0] if version else "unknown"}


def run_line(suite: str, figures: dict) -> dict:
    """The line that keeps a run of this moment."""
    return {
        "suite": suite,
        "commit": output_of("git", "rev-parse", "--short=12", "HEAD"),
        "changed": bool(output_of("git", "status", "--porcelain")),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": figures,
    }


def keep(suite: str, figures: dict) -> pathlib.Path:
    """Appends this run to the suite's history; returns the file."""
    folder = history_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{suite}.jsonl"
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(run_line(suite, figures), sort_keys=True) + "\n")
    return path


def read_history(path: pathlib.Path) -> list[dict]:
    """The runs of a history file, oldest first.

    Raises ValueError with file and line for a line that is no run.
    """
    runs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            run = json.loads(line)
            for figure in run["figures"].values():
                float(figure["value"]), str(figure["unit"])
            str(run["date"]), str(run["commit"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path}:{number}: not a run ({error}); expected an object with commit, date and "
                             "figures {name: {value, unit}}") from error
        runs.append(run)
    return sorted(runs, key=lambda run: run["date"])
