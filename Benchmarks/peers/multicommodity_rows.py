"""Multicommodity flow on Kdl: a certified 2 % by price balancing, against HiGHS on a program over the same paths."""

import json
import statistics
import subprocess

import routing_instances
from solvers import HERE, PYTHON
from suite import Context, Report, Row, geometric_mean

TITLE = "Multicommodity flow, Kdl (754 nodes, 10,000 demands)"
ORDER = 40
DEFAULT = True

GAP = 0.02
# How many random near-shortest paths of each demand the program gets beside those of our answer.
PATHS = 12


def said(command: list[str], limit: float) -> dict:
    """The JSON that a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * limit + 60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}") from None


def run(context: Context) -> Report:
    report = Report()
    found = routing_instances.kdl()
    if found is None:
        print("Multicommodity flow: no topology here; set RMC_SHARED_DATA to the folder of the shared data")
        return report
    network, loads = found
    near = routing_instances.near_shortest(network, PATHS)
    ours, ratios, tight_ratios = {}, {}, {}
    for kind in routing_instances.KINDS if context.sizes != "small" else ("loose",):
        figures = compare(context, report, routing_instances.with_capacities(network, loads, kind), kind, near)
        if figures is not None:
            ours[kind], ratios[kind], tight_ratios[kind] = figures
    report.rows += [
        Row("certified 2 %, slowest of the capacities", max(ours.values(), default=None), unit="s", bar=2.0,
            moonshot=0.5, note=", ".join(f"{kind} {value:.3f} s" for kind, value in ours.items())),
        Row("HiGHS on a program with the same paths / ours", geometric_mean(ratios.values()), bar=20.0, moonshot=50.0,
            better="more", note=", ".join(f"{kind} {value:.0f}x" for kind, value in ratios.items())),
        Row("HiGHS on no paths but those of our answer / ours", geometric_mean(tight_ratios.values()), better="more",
            note=", ".join(f"{kind} {value:.0f}x" for kind, value in tight_ratios.items())),
    ]
    return report


def compare(context: Context, report: Report, network, kind: str, near) -> tuple[float, float, float] | None:
    """Ours and HiGHS in turn on one kind of capacities: our seconds, and the ratios of the two programs to ours."""
    problem = str(routing_instances.write(network, f"kdl-{kind}"))
    command = [context.rmc, "solve", "multicommodity", problem, "--method", "price-balancing", "--gap", str(GAP),
               "--format", "json"]
    answer = said([*command, "--solution"], context.limit)
    if not answer["certificate"]["verified"] or answer["gap"] is None or answer["gap"] > GAP:
        report.wrong.append(f"kdl-{kind}: ended {answer['termination']} with gap {answer['gap']}; expected {GAP}")
        return None
    routes: dict[int, dict[tuple[int, ...], None]] = {index: {} for index in range(len(network.demands))}
    for route in answer["routes"]:
        routes[route["demand"]][tuple(route["links"])] = None
    programs = {
        "same": [list(dict.fromkeys([*routes[index], *near[index]])) for index in routes],
        "answer": [list(routes[index]) for index in routes],
    }
    files = {}
    for name, ways in programs.items():
        files[name] = routing_instances.instances.FOLDER / f"kdl-{kind}-{name}-paths.json"
        files[name].write_text(json.dumps(ways))

    def highs(name: str, method: str) -> dict:
        measured = said([PYTHON, str(HERE / "highs_paths.py"), problem, str(files[name]), method, str(context.limit)],
                        context.limit)
        context.keep({"family": "multicommodity", "instance": f"kdl-{kind}", "solver": f"highs {method}",
                      "paths": name, **measured})
        slack = 1e-6 * answer["objective"]
        if measured["objective"] is not None and measured["objective"] < answer["bound"] - slack:
            report.wrong.append(f"kdl-{kind}: HiGHS at {measured['objective']} is below our bound {answer['bound']}")
        return measured

    # Which of HiGHS' methods is best is decided by one run each; that one is measured.
    first = {method: highs("same", method) for method in ("simplex", "ipm")}
    solved = {method: one["seconds"]["solve"] for method, one in first.items() if one["termination"] == "optimal"}
    method = min(solved, key=solved.get, default=None)
    times: dict[str, list[float]] = {"ours": [], "same": [], "answer": []}
    for number in range(context.runs):
        measured = said(command, context.limit)
        times["ours"].append(measured["seconds"]["solve"])
        context.keep({"family": "multicommodity", "instance": f"kdl-{kind}", "run": number, "solver": "rmc",
                      "gap": measured["gap"], "seconds": measured["seconds"]})
        for name in programs:
            one = highs(name, method or "simplex")
            times[name].append(one["seconds"]["solve"])
    medians = {name: statistics.median(values) for name, values in times.items()}
    size = first["simplex"]["size"]
    print(f"\nKdl, {kind}: ours {1000 * medians['ours']:.0f} ms to a gap of {100 * answer['gap']:.2f} %; HiGHS' "
          f"{method or 'simplex (not solved within the limit)'} {medians['same']:.2f} s on {size['columns']:,} paths and "
          f"{size['rows']:,} rows, {medians['answer']:.2f} s on the paths of our answer alone; one run of each method: "
          + ", ".join(f"{name} {one['seconds']['solve']:.2f} s ({one['termination']})" for name, one in first.items()),
          flush=True)
    report.figures[f"kdl-{kind}: rmc"] = {"value": round(1000 * medians["ours"], 3), "unit": "ms"}
    report.figures[f"kdl-{kind}: highs"] = {"value": round(1000 * medians["same"], 3), "unit": "ms"}
    return medians["ours"], medians["same"] / medians["ours"], medians["answer"] / medians["ours"]
