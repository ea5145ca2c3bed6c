"""The page of `report.py`: one small chart a figure, grouped by suite, in plain HTML and SVG without scripts."""

import html

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #8a929b; --rule: #d8dde2; --ground: #fff; --line: #2563a8;
  --bad: #b42318; --good: #1a7f4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --faint: #8f98a3; --rule: #363c43; --ground: #16191d;
  --line: #6ea8e6; --bad: #ff7a6b; --good: #57c48b; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 2rem auto;
  max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; border-bottom: 1px solid var(--rule); }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1.2rem 1.6rem; }
figure { margin: 0; } figcaption { overflow-wrap: anywhere; } .value { color: var(--faint); }
.slower { color: var(--bad); font-weight: 600; } .faster { color: var(--good); }
svg { width: 100%; height: auto; display: block; } .rule { stroke: var(--rule); }
.line { fill: none; stroke: var(--line); stroke-width: 1.5; } .dot { fill: var(--line); }
.dot.last.slower { fill: var(--bad); } text { fill: var(--faint); font-size: 9px; }
"""
WIDTH, HEIGHT, LEFT, BOTTOM = 280, 90, 38, 12


def compact(value: float) -> str:
    """A number short enough for an axis."""
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1000 if suffix == 'k' else limit):.3g}{suffix}"
    return f"{value:.4g}"


def chart(series, verdict: str) -> str:
    """The line of a figure from zero up; runs of different machines are not joined."""
    top = max(point.value for point in series.points) or 1
    step = (WIDTH - LEFT - 8) / max(len(series.points) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        return round(LEFT + index * step, 1), round((HEIGHT - BOTTOM) - (HEIGHT - BOTTOM - 8) * max(value, 0) / top, 1)

    floor = HEIGHT - BOTTOM
    parts = [f'<line class="rule" x1="{LEFT}" x2="{WIDTH}" y1="{y}" y2="{y}"/>' for y in (8, floor)]
    parts += [f'<text x="{LEFT - 4}" y="11" text-anchor="end">{compact(top)}</text>',
              f'<text x="{LEFT - 4}" y="{floor + 3}" text-anchor="end">0</text>']
    machines: dict[str, list[str]] = {}
    for index, point in enumerate(series.points):
        x, y = place(index, point.value)
        machines.setdefault(point.machine, []).append(f"{x},{y}")
    parts += [f'<polyline class="line" points="{" ".join(points)}"/>' for points in machines.values()]
    for index, point in enumerate(series.points):
        x, y = place(index, point.value)
        last = f" last {verdict}" if index == len(series.points) - 1 else ""
        words = html.escape(f"{point.value:g} {series.unit} · {point.commit} · {point.date} · {point.machine}")
        parts.append(f'<circle class="dot{last}" cx="{x}" cy="{y}" r="2.4"><title>{words}</title></circle>')
    label = html.escape(f"{series.name}, {len(series.points)} runs", quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def figure(series, verdict: str, change: float | None) -> str:
    """A figure's caption and chart."""
    last = series.points[-1]
    moved = "" if change is None else f' <span class="{verdict}">{change:+.1%}</span>'
    if verdict == "new":
        moved = " too few runs to judge"
    return (f'<figure><figcaption>{html.escape(series.name)}<br><span class="value">{last.value:g} '
            f"{html.escape(series.unit)}{moved}</span></figcaption>{chart(series, verdict)}</figure>")


def page(judged, slower: list[str]) -> str:
    """The whole page: what got slower, then every figure by suite."""
    parts = ['<!doctype html><html lang="en"><meta charset="utf-8">',
             '<meta name="viewport" content="width=device-width"><title>Benchmark history</title>',
             f"<style>{STYLE}</style><h1>Benchmark history</h1>"]
    if slower:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in slower)
        parts.append(f'<p class="slower">{len(slower)} got slower</p><ul>{items}</ul>')
    else:
        parts.append("<p>Nothing got slower.</p>")
    suites = dict.fromkeys(series.suite for series, _, _ in judged)
    for suite in suites:
        figures = "".join(figure(*entry) for entry in judged if entry[0].suite == suite)
        parts.append(f'<h2>{html.escape(suite)}</h2><div class="grid">{figures}</div>')
    return "".join(parts) + "</html>\n"
