"""Interleaved calls, medians, agreement, and the table of a suite's details."""

import statistics
import sys

from solvers import Answer, Solver, call
from suite import Context, geometric_mean

OURS = "rmc"
# Instances on which all solvers together take less than this many seconds are run three times as often.
SHORT = 0.2
# Of solvers that count only as the better of several, one that is this much slower is not asked after two rounds.
HOPELESS = 2.0


def interleave(
    context: Context, problems, solvers: list[Solver], rivals: tuple[str, ...] = ()
) -> dict[tuple[str, str], list[Answer]]:
    """Answers by (instance, solver). Each round asks every solver once, starting with another one each time.

    A solver that finds no optimum within the limit is not asked about that instance again; nor is, after two rounds, one
    of `rivals` that is far behind another of them.
    """
    answers: dict[tuple[str, str], list[Answer]] = {}
    for run in range(3 * context.runs):
        for instance in problems:
            takers = [solver for solver in solvers if solver.takes(instance)]
            said = {solver.name: answers.setdefault((instance.name, solver.name), []) for solver in takers}
            if run >= context.runs and not is_short(said):
                continue
            shift = run % len(takers)
            for solver in takers[shift:] + takers[:shift]:
                if said[solver.name] and said[solver.name][-1].termination != "optimal":
                    continue
                if run >= 2 and solver.name in rivals and is_hopeless(solver.name, rivals, said):
                    continue
                answer = call(solver, instance, context.limit)
                said[solver.name].append(answer)
                context.keep({"family": instance.family, "instance": instance.name, "arcs": instance.arcs, "run": run,
                              "solver": solver.name, "termination": answer.termination,
                              "objective": answer.objective, "seconds": {"solve": answer.solve, "read": answer.read}})
        if run < context.runs:
            print(f"peers: round {run + 1} of {context.runs} done", file=sys.stderr)
    return answers


def is_short(said: dict[str, list[Answer]]) -> bool:
    """Whether all solvers together answered the first time in no time."""
    first = [answers[0].solve for answers in said.values() if answers]
    return all(time is not None for time in first) and sum(first) < SHORT


def is_hopeless(name: str, rivals: tuple[str, ...], said: dict[str, list[Answer]]) -> bool:
    """Whether the best time of a rival is far above the median of another."""
    medians = [median_seconds(said.get(rival)) for rival in rivals if rival != name]
    best = min(answer.solve for answer in said[name])
    return any(median is not None and best > HOPELESS * median for median in medians)


def median_seconds(said: list[Answer] | None) -> float | None:
    """The median of the solve times; None unless every call ended optimal."""
    if not said or any(answer.termination != "optimal" for answer in said):
        return None
    return statistics.median(answer.solve for answer in said)


def disagreements(problems, names: list[str], answers) -> list[str]:
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


def mean_text(ratios: list[float]) -> str:
    """A geometric mean with the number of instances behind it; a dash for none."""
    mean = geometric_mean(ratios)
    return "-" if mean is None else f"{mean:.2f} ({len(ratios)})"


def table(title: str, problems, names: list[str], answers) -> dict:
    """Prints medians in ms, how many calls are behind them, ratios to ours, and geometric means; returns the figures."""
    width = max(len(instance.name) for instance in problems) + 2
    figures, ratios = {}, {}
    print(f"\n{title}: median solve time in ms, calls behind it in brackets, times ours")
    print("instance".ljust(width) + "".join(name.rjust(27) for name in names))
    for instance in problems:
        ours = median_seconds(answers.get((instance.name, OURS)))
        row = instance.name.ljust(width)
        for name in names:
            said = answers.get((instance.name, name))
            median = median_seconds(said)
            if median is None:
                row += (said[-1].termination if said else "-").rjust(27)
                continue
            figures[f"{instance.name}: {name}"] = {"value": round(1000 * median, 4), "unit": "ms"}
            text = f"{1000 * median:.2f} [{len(said)}]"
            if ours and name != OURS:
                ratios.setdefault((instance.family, name), []).append(median / ours)
                text += f" {median / ours:.2f}x"
            row += text.rjust(27)
        print(row)
    families = list(dict.fromkeys(instance.family for instance in problems))
    others = [name for name in names if name != OURS]
    print("\nGeometric mean of the ratio to ours, and over how many instances; above 1 the peer is slower")
    print("family".ljust(width) + "".join(name.rjust(27) for name in others))
    for family in families:
        print(family.ljust(width) + "".join(mean_text(ratios.get((family, name), [])).rjust(27) for name in others))
    every = {name: [ratio for family in families for ratio in ratios.get((family, name), [])] for name in others}
    print("all".ljust(width) + "".join(mean_text(every[name]).rjust(27) for name in others), flush=True)
    return figures
