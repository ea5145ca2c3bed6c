"""Facility location: published files and problems in the plane, against what is asked; HiGHS, SCIP and CBC beside ours.

Ours is asked several times where it takes milliseconds, the peers once, in turn with ours. The rows of the published
files need the shared data.
"""

import json
import statistics
import subprocess
import sys

import facility_asking as asking
from instances import FOLDER
from suite import Context, Report, Row, geometric_mean

TITLE = "Facility location"
ORDER = 50
DEFAULT = True

SMALL = [f"cap{number}" for number in (71, 72, 73, 74, 101, 102, 103, 104, 131, 132, 133, 134)]
LARGE = ["capa", "capb", "capc"]
SPLIT = [f"cap{group}{number}" for group in (4, 5, 6, 7, 8, 9, 10, 11) for number in (1, 2, 3, 4)
         if (group, number) not in [(5, 2), (5, 3), (5, 4)]]
CAPACITIES = [("capa", "8000"), ("capa", "10000"), ("capa", "12000"), ("capa", "14000"),
              ("capc", "5000"), ("capc", "5750"), ("capc", "6500"), ("capc", "7250")]
# Koerkel-Ghosh files that get a minute each; `full` takes all that are at hand.
LONG = ["ga500a-1", "ga500b-1", "ga750a-1"]
# Seconds for a peer on one file; on files that take ours longer, as long as ours has.
PEER_LIMIT = 10.0
# Costs that agree to this part are equal.
EQUAL = 1e-6


def run(context: Context) -> Report:
    report = Report()
    parts = [euclidean, ticks]
    if asking.folder() is None:
        print("Facility location: no published files here; set RMC_SHARED_DATA to the folder of the shared data",
              file=sys.stderr)
    else:
        parts = [uncapacitated, capacitated] + ([] if context.sizes == "small" else [
            large_capacitated, single_source, koerkel_ghosh, long_koerkel_ghosh, kratica]) + parts
    for part in parts:
        part(context, report)
        print(f"peers: facility: {part.__name__.replace('_', ' ')} done", file=sys.stderr)
    return report


def ask(context: Context, report: Report, name: str, path, limit: float, *options: str) -> dict:
    """Ours on one file; a wrong or failed answer is noted."""
    answer = asking.ours(context.rmc, path, limit, *options)
    context.keep({"family": "facility", "instance": name, "solver": "rmc", **kept(answer)})
    if answer["termination"] == "failed":
        report.wrong.append(answer["complaint"])
    elif not answer["certificate"]["verified"] and answer["certificate"]["kind"] != "none":
        report.wrong.append(f"{name}: the certificate of ours does not verify")
    return answer


def ask_peers(context: Context, report: Report, name: str, path, kind: str, limit: float, ours: dict, gap: float = 0,
              capacity: str | None = None, names=asking.PEERS) -> dict[str, dict]:
    """The peers on one file; an optimum that is not ours is noted."""
    answers = {}
    for peer in names:
        answer = answers[peer] = asking.peer(peer, path, kind, limit, capacity, gap)
        context.keep({"family": "facility", "instance": name, "solver": peer, **kept(answer)})
        both = answer["termination"] == "optimal" == ours["termination"]
        if both and abs(answer["objective"] - ours["objective"]) > max(EQUAL, gap) * abs(ours["objective"]):
            report.wrong.append(
                f"{name}: the optima differ: rmc {ours['objective']}, {peer} {answer['objective']}")
        if answer["termination"] == "optimal" != ours["termination"] and gap == 0:
            report.wrong.append(f"{name}: solved by {peer}, but not by rmc")
    return answers


def kept(answer: dict) -> dict:
    return {key: answer.get(key) for key in ("termination", "objective", "bound", "seconds")}


def median_ms(context: Context, report: Report, name: str, path, *options: str) -> tuple[float | None, dict]:
    """The median of the solve times of ours, None unless every call proved its optimum."""
    answers = [ask(context, report, name, path, context.limit, *options) for _ in range(context.runs)]
    if any(answer["termination"] != "optimal" for answer in answers):
        return None, answers[-1]
    time = 1000 * statistics.median(answer["seconds"]["solve"] for answer in answers)
    report.figures[f"{name}: rmc"] = {"value": round(time, 4), "unit": "ms"}
    return time, answers[-1]


def slowest(times: dict[str, float | None]) -> tuple[float | None, str]:
    """The largest time and whose it is; None, with the names, where something was not proved."""
    unproved = [name for name, time in times.items() if time is None]
    if unproved:
        return None, f"not proved: {', '.join(unproved)}"
    name = max(times, key=lambda name: times[name])
    return times[name], name


def peers_text(answers: dict[str, dict]) -> str:
    return ", ".join(asking.said(name, answer) for name, answer in answers.items())


def uncapacitated(context: Context, report: Report) -> None:
    times, ratios, notes = {}, {name: [] for name in asking.PEERS}, {}
    for name in SMALL[:4] if context.sizes == "small" else SMALL + LARGE:
        path = asking.plain(f"orlib_uncap/{name}.txt")
        times[name], ours = median_ms(context, report, f"{name} uncapacitated", path, "--uncapacitated")
        answers = ask_peers(context, report, name, path, "uncapacitated", PEER_LIMIT, ours)
        notes[name] = peers_text(answers)
        for peer, answer in answers.items():
            if answer["termination"] == "optimal" and times[name]:
                ratios[peer].append(1000 * answer["seconds"]["solve"] / times[name])
    small = {name: time for name, time in times.items() if name in SMALL}
    value, which = slowest(small)
    means = ", ".join(f"{peer} {'not available' if not values else f'{geometric_mean(values):.3g}x ours'}"
                      f"{f' ({len(values)} proved)' if values else ''}" for peer, values in ratios.items())
    report.rows.append(Row(f"uncapacitated, {len(small)} small, the slowest", value, "ms", bar=5,
                           note=f"{which}; in all {means}"))
    for name in (name for name in LARGE if name in times):
        report.rows.append(Row(f"{name} uncapacitated", times[name], "ms", bar=100, note=notes[name]))
    if len(times) == 15 and None not in times.values():
        report.rows.append(Row("all 15 together", sum(times.values()), "ms", bar=360, moonshot=50,
                               note="the bar is the sum of the bars above"))


def capacitated(context: Context, report: Report) -> None:
    ratios = {name: [] for name in asking.PEERS}
    names = SPLIT[:3] if context.sizes == "small" else SPLIT
    for name in names:
        path = asking.plain(f"orlib_cap/{name}.txt")
        time, ours = median_ms(context, report, f"{name} capacitated", path)
        # SCIP and CBC only on the first of each group, which keeps the suite within its time.
        asked = asking.PEERS if name.endswith("1") else ("highs",)
        for peer, answer in ask_peers(
                context, report, name, path, "capacitated", PEER_LIMIT, ours, names=asked).items():
            if time and answer["termination"] == "optimal":
                ratios[peer].append(1000 * answer["seconds"]["solve"] / time)
    highs = geometric_mean(ratios["highs"])
    others = ", ".join(f"{peer} {geometric_mean(values):.3g}x ({len(values)})"
                       for peer, values in ratios.items() if values and peer != "highs")
    report.rows.append(Row(f"cap41-cap114 capacitated, HiGHS / ours ({len(ratios['highs'])} of {len(names)})", highs,
                           bar=5, moonshot=20, better="more",
                           note=f"least {min(ratios['highs'], default=0):.3g}x; {others}"))


def large_capacitated(context: Context, report: Report) -> None:
    times, note = {}, ""
    for name, capacity in CAPACITIES:
        path = asking.plain(f"orlib_cap/{name}.txt")
        answer = ask(context, report, f"{name}-{capacity}", path, 20, "--capacity", capacity)
        proved = answer["termination"] == "optimal"
        times[f"{name} {capacity}"] = answer["seconds"]["solve"] if proved else None
        if (name, capacity) == CAPACITIES[0]:
            note = peers_text(ask_peers(
                context, report, name, path, "capacitated", PEER_LIMIT, answer, capacity=capacity))
    value, which = slowest(times)
    report.rows.append(Row("capa, capc capacitated, 8 capacities, the slowest", value, "s", bar=5, moonshot=1,
                           note=f"{which}; at capa 8000 {note}"))


def single_source(context: Context, report: Report) -> None:
    reference = dict(line.split(",") for line in
                     (asking.folder() / "holmberg" / "reference.csv").read_text().splitlines()[1:])
    proved, slow, missed = 0, (0.0, ""), []
    for name, value in reference.items():
        path = asking.folder() / "holmberg" / name
        if not path.exists():
            continue
        answer = ask(context, report, name, path, 60, "--single-source")
        if answer["termination"] == "optimal" and abs(answer["objective"] - float(value)) <= EQUAL * float(value):
            proved += 1
            slow = max(slow, (answer["seconds"]["solve"], name))
        else:
            missed.append(name)
    report.rows.append(Row("Holmberg single-source, proved within 60 s each",
                           100 * proved / max(1, proved + len(missed)), "%", bar=90, moonshot=100, better="more",
                           note=f"{proved} of {proved + len(missed)}; the slowest {slow[1]} {slow[0]:.2g} s"))


def excess(answer: dict, reference: float) -> float | None:
    """By how much a cost is above the published one, in per cent; less than 0 where it is better."""
    if answer["objective"] is None:
        return None
    value = 100 * (answer["objective"] - reference) / reference
    return 0.0 if abs(value) < 100 * EQUAL else value


def bracket_rows(report: Report, what: str, answers: dict[str, dict], references, bars, note: str) -> None:
    """Two rows: the worst incumbent and the worst certified gap."""
    over = {name: excess(answer, references[name]) for name, answer in answers.items()}
    gaps = {name: asking.gap(answer) for name, answer in answers.items()}
    for label, values, (bar, moonshot) in (("incumbent over the best known", over, bars[0]),
                                           ("certified gap", gaps, bars[1])):
        value, which = slowest(values)
        report.rows.append(Row(f"{what}: {label}", value, "%", bar=bar, moonshot=moonshot,
                               note=f"worst {which}" + (f"; {note}" if label == "certified gap" and note else "")))
        if value is not None:
            report.figures[f"{what}: {label}"] = {"value": round(value, 6), "unit": "%"}


def koerkel_ghosh(context: Context, report: Report) -> None:
    references, limit = asking.references(), 10.0
    for letter, count in (("a", 5), ("b", 1), ("c", 1)):
        names = [f"ga250{letter}-{number}" for number in range(1, count + 1)]
        answers, note = {}, ""
        for name in names:
            path = asking.plain(f"koerkel_ghosh/{name}")
            answers[name] = ask(context, report, name, path, limit, "--uncapacitated")
            if name == "ga250a-1":
                note = peers_text(ask_peers(
                    context, report, name, path, "uncapacitated", limit, answers[name]))
        bars = ((0.02, 0), (0.10, 0.05)) if letter == "a" else ((None, None), (None, None))
        bracket_rows(report, f"Koerkel-Ghosh 250{letter} ({count}), 10 s", answers, references, bars, note)


def long_koerkel_ghosh(context: Context, report: Report) -> None:
    references, names = asking.references(), LONG
    if context.sizes == "full":
        names = [name for name in references if name.startswith(("ga500", "ga750"))
                 and (asking.folder() / "koerkel_ghosh" / f"{name}.xz").exists()]
    answers = {name: ask(context, report, name, asking.plain(f"koerkel_ghosh/{name}"), 60, "--uncapacitated",
                         "--solver", "heuristic") for name in names}
    text = ", ".join(f"{name} {excess(answer, references[name]):.4f}" for name, answer in answers.items())
    bracket_rows(report, f"Koerkel-Ghosh 500, 750 ({len(names)}), 60 s", answers, references,
                 ((0.05, 0), (None, None)), f"incumbents {text} %")


def kratica(context: Context, report: Report) -> None:
    references, limit = asking.references(), 5.0
    times = {}
    for name in [f"Kcapmo{number}" for number in range(1, 6)]:
        answer = ask(context, report, name, asking.plain(f"kratica_m/{name}.txt"), limit, "--uncapacitated")
        times[name] = answer["seconds"]["solve"] if answer["termination"] == "optimal" else None
    value, which = slowest(times)
    report.rows.append(Row("M* mo1-mo5, the slowest proof", value, "s", bar=5, note=which))
    answers, note = {}, ""
    for name in [f"Kcapmq{number}" for number in range(1, 6)]:
        path = asking.plain(f"kratica_m/{name}.txt")
        answers[name] = ask(context, report, name, path, limit, "--uncapacitated")
        if name == "Kcapmq1":
            note = "mq1: " + peers_text(ask_peers(
                context, report, name, path, "uncapacitated", limit, answers[name]))
    bracket_rows(report, "M* mq1-mq5, 5 s", answers, references, ((0, None), (2, 0)), note)


def bench(context: Context, *options: str) -> dict:
    """One run of `rmc bench facility`."""
    command = [context.rmc, "bench", "facility", "--solver", "heuristic", *options, "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def euclidean(context: Context, report: Report) -> None:
    for facilities, customers, bar, moonshot in ((100, 200, 10, 5), (200, 2000, 150, 50)):
        shape = ["--facilities", str(facilities), "--customers", str(customers)]
        measured = bench(context, *shape, "--gap", "0.005", "--runs", "20")
        path = FOLDER / f"euclidean-{facilities}x{customers}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([context.rmc, "generate", "facility", *shape, "--out", str(path)], check=True,
                       capture_output=True)
        names = asking.PEERS if customers < 1000 else ("highs",)
        answers = {name: asking.peer(name, path, "uncapacitated", 20, gap=0.005) for name in names}
        what = f"Euclidean {facilities} x {customers:,} to 0.5 %"
        report.figures[what] = {"value": round(measured["cold"]["p50"], 4), "unit": "ms"}
        report.rows.append(Row(
            what, measured["cold"]["p50"], "ms", bar=bar, moonshot=moonshot,
            note=f"median of {measured['proved']}, p99 {measured['cold']['p99']:.3g} ms; seed 1: {peers_text(answers)}"))


def ticks(context: Context, report: Report) -> None:
    for gap, bar, moonshot in ((0.005, 20, None), (0.002, 20, 10)):
        measured = bench(context, "--facilities", "200", "--customers", "2000", "--gap", str(gap), "--ticks", "10",
                         "--runs", "5")
        warm = measured["warm"]
        what = f"tick 200 x 2,000, 5 % of demand changed, to {gap:.1%}"
        report.figures[what] = {"value": round(warm["p50"], 4), "unit": "ms"}
        proved = f"{measured['warm-proved']} of {measured['ticks']} certified"
        report.rows.append(Row(what, warm["p50"], "ms", bar=bar, moonshot=moonshot, note=(
            f"p99 {warm['p99']:.3g} ms, {proved}; from scratch {measured['cold']['p50']:.3g} ms; no peer starts warm")))
