"""Minimum-cost flows from scratch: ours against LEMON on five families, against OR-Tools and GLPK on an assignment."""

import instances
from measure import OURS, disagreements, interleave, median_seconds, table
from solvers import flow_solvers
from suite import Context, Report, Row, geometric_mean

TITLE = "Minimum-cost flow from scratch"
ORDER = 10
DEFAULT = True

RIVALS = ("lemon network-simplex", "lemon cost-scaling")


def run(context: Context) -> Report:
    report = Report()
    families(context, report)
    if not context.families or "assignment" in context.families:
        assignment(context, report)
    return report


def families(context: Context, report: Report) -> None:
    """Every family at every size, against the better of LEMON's two solvers on each instance."""
    problems = instances.flows(context.rmc, context.sizes, context.families)
    every = context.options.peers == "all"
    solvers = [solver for solver in flow_solvers(context.rmc) if every or solver.name in (OURS, *RIVALS)]
    names = [solver.name for solver in solvers]
    answers = interleave(context, problems, solvers, () if every else RIVALS)
    report.figures |= table("Minimum-cost flow", problems, names, answers)
    report.wrong += disagreements(problems, names, answers)
    ratios: dict[str, list[float]] = {}
    for instance in problems:
        ours = median_seconds(answers.get((instance.name, OURS)))
        peers = [median_seconds(answers.get((instance.name, name))) for name in RIVALS]
        best = min((peer for peer in peers if peer is not None), default=None)
        if ours and best:
            ratios.setdefault(instance.family, []).append(ours / best)
    means = {family: geometric_mean(values) for family, values in ratios.items()}
    for family, mean in means.items():
        print(f"{family}: {mean:.3f} of the better LEMON ({len(ratios[family])} sizes: "
              + ", ".join(f"{ratio:.2f}" for ratio in ratios[family]) + ")", flush=True)
    worst = max(means, key=means.get, default=None)
    missing = instances.missing(context.sizes, context.families)
    left_out = ", ".join(missing) if len(missing) < 4 else f"{len(missing)} of the full set"
    count = sum(map(len, ratios.values()))
    report.rows += [
        Row("cold, mean over the families, ours / better of LEMON", geometric_mean(sum(ratios.values(), [])),
            bar=0.8, moonshot=0.5, note=f"{count} instances" + (f", without {left_out}" if missing else "")),
        Row("cold, worst single family", means.get(worst), bar=1.2, moonshot=0.8, note=worst or "nothing was run"),
    ]


def assignment(context: Context, report: Report) -> None:
    """OR-Tools and GLPK's out-of-kilter algorithm on the assignment of 2,000 clusters to 200 sites."""
    problem = instances.generate(context.rmc, "assignment", (2000, 200), "assignment-2000x200")
    names = [OURS, "or-tools", "glpk okalg"]
    solvers = [solver for solver in flow_solvers(context.rmc) if solver.name in names]
    answers = interleave(context, [problem], solvers)
    report.figures |= table("Assignment of 2,000 clusters to 200 sites", [problem], names, answers)
    report.wrong += disagreements([problem], names, answers)
    ours = median_seconds(answers.get((problem.name, OURS)))
    for name, label, bar in [("or-tools", "OR-Tools", 3.0), ("glpk okalg", "GLPK okalg", 300.0)]:
        peer = median_seconds(answers.get((problem.name, name)))
        report.rows.append(Row(
            f"assignment 2,000 x 200, {label} cold / ours cold", peer / ours if peer and ours else None, bar=bar,
            better="more"))
