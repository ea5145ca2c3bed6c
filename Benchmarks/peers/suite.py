"""What a suite of the comparison is: a module `NAME_rows.py` beside this one, found by its name.

    TITLE = "Minimum-cost flow"      what is printed above its rows
    ORDER = 10                       suites run and print in ascending order
    DEFAULT = True                   whether it runs when --suites does not name it

    def run(context: Context) -> Report

A suite prints its own details as it goes, and returns the rows of the table that ends the run.
"""

import argparse
import dataclasses
import math
import pathlib
import statistics
from collections.abc import Callable, Iterable


@dataclasses.dataclass(frozen=True)
class Context:
    """What a suite is told: our command, how much to run, and where each call is kept."""

    rmc: str
    runs: int
    sizes: str
    families: list[str] | None
    limit: float
    options: argparse.Namespace
    keep: Callable[[dict], None]


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the table: a figure against its bar and its moonshot.

    `better` says which side of the bar is good: `less` or `more`. `measured` is None when there is no figure; then the
    note says why. Without a bar the row informs only.
    """

    what: str
    measured: float | None
    unit: str = "x"
    bar: float | None = None
    moonshot: float | None = None
    better: str = "less"
    note: str = ""

    def reaches(self, level: float | None) -> bool:
        """Whether the figure is at least as good as a level."""
        if level is None or self.measured is None:
            return False
        return self.measured <= level if self.better == "less" else self.measured >= level

    @property
    def verdict(self) -> str:
        """moonshot, met or short; a dash for a row without a bar or a figure."""
        if self.measured is None or self.bar is None:
            return "-"
        if self.reaches(self.moonshot):
            return "moonshot"
        return "met" if self.reaches(self.bar) else "short"


@dataclasses.dataclass
class Report:
    """What a suite found: rows, figures for the history (`name: {value, unit}`), and what is wrong."""

    rows: list[Row] = dataclasses.field(default_factory=list)
    figures: dict = dataclasses.field(default_factory=dict)
    wrong: list[str] = dataclasses.field(default_factory=list)


def geometric_mean(values: Iterable[float]) -> float | None:
    """The geometric mean; None of nothing."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms)) if logarithms else None


def figure(value: float, unit: str) -> str:
    """A figure to three digits with its unit."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}{'' if unit == 'x' else ' '}{unit}"


def print_table(sections: list[tuple[str, list[Row]]]) -> None:
    """The rows of all suites: what, bar, moonshot, measured, verdict, and the note that belongs to the figure."""
    def level(row: Row, value: float | None) -> str:
        return "-" if value is None else ("<= " if row.better == "less" else ">= ") + figure(value, row.unit)

    heads = ("what", "bar", "moonshot", "measured", "verdict", "")
    cells = [(title, [(row.what, level(row, row.bar), level(row, row.moonshot),
                       "-" if row.measured is None else figure(row.measured, row.unit), row.verdict, row.note)
                      for row in rows]) for title, rows in sections]
    lines = [line for _, section in cells for line in section]
    widths = [max(len(line[column]) for line in lines + [heads]) for column in range(len(heads))]

    def text(line: tuple[str, ...]) -> str:
        aligned = [line[0].ljust(widths[0])] + [line[k].rjust(widths[k]) for k in (1, 2, 3)]
        return "  ".join(aligned + [line[4].ljust(widths[4]), line[5]]).rstrip()

    print("\n" + text(heads))
    for title, section in cells:
        print(f"-- {title} " + "-" * max(0, sum(widths[:5]) + 4 - len(title)))
        for line in section:
            print(text(line))


def suites(folder: pathlib.Path) -> list[str]:
    """The names of all suites in a folder."""
    return sorted(path.name.removesuffix("_rows.py") for path in folder.glob("*_rows.py"))
