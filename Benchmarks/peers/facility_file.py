"""Reads facility location files and states the strong formulation, for the drivers of all peers."""

import argparse
import dataclasses

import numpy


def arguments(description: str) -> argparse.Namespace:
    """What the facility drivers take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("file")
    parser.add_argument("kind", choices=["uncapacitated", "capacitated"])
    parser.add_argument("limit", type=float, help="seconds")
    parser.add_argument("--capacity", help="stands in for the word `capacity` of the files that leave it open")
    parser.add_argument("--gap", type=float, default=0.0, help="the relative gap that is good enough")
    parser.add_argument("--solver", choices=["SCIP", "CBC"], default="SCIP", help="OR-Tools' driver only")
    return parser.parse_args()


def read(path: str, capacity: str | None):
    """Opening costs, capacities, demands and the costs (customer by facility) of serving a customer in full."""
    with open(path) as file:
        words = file.read().split()
    if words[0] == "FILE:":
        facilities, customers = int(words[2]), int(words[3])
        rows = numpy.array(words[5:], dtype=float).reshape(facilities, customers + 2)
        return rows[:, 1], numpy.zeros(facilities), numpy.ones(customers), rows[:, 2:].T
    facilities, customers = int(words[0]), int(words[1])
    sites = words[2:2 + 2 * facilities]
    if capacity is not None:
        sites = [capacity if word == "capacity" else word for word in sites]
    rows = numpy.array(words[2 + 2 * facilities:], dtype=float).reshape(customers, facilities + 1)
    capacities = numpy.array([0 if word == "capacity" else float(word) for word in sites[0::2]])
    return numpy.array(sites[1::2], dtype=float), capacities, rows[:, 0], rows[:, 1:]


@dataclasses.dataclass
class Program:
    """A mixed-integer program, its matrix by rows; columns are between 0 and 1."""

    cost: numpy.ndarray
    is_integer: numpy.ndarray
    row_lower: numpy.ndarray
    row_upper: numpy.ndarray
    start: numpy.ndarray
    index: numpy.ndarray
    value: numpy.ndarray


def program(opening, capacities, demands, costs, capacitated: bool) -> Program:
    """Columns: the facilities, then the shares customer by customer. Rows: customers, pairs, then capacities.

    One row `share <= open` for each pair, as any user of a general solver would state it.
    """
    customers, facilities = costs.shape
    pairs = customers * facilities
    row_count = customers + pairs + (facilities if capacitated else 0)
    customer, facility = numpy.divmod(numpy.arange(pairs), facilities)
    share, pair_row = facilities + numpy.arange(pairs), customers + numpy.arange(pairs)
    entries = [(customer, share, numpy.ones(pairs)), (pair_row, share, numpy.ones(pairs)),
               (pair_row, facility, -numpy.ones(pairs))]
    if capacitated:
        first = customers + pairs
        entries += [(first + facility, share, demands[customer]),
                    (first + numpy.arange(facilities), numpy.arange(facilities), -capacities)]
    row, column, value = (numpy.concatenate(part) for part in zip(*entries))
    order = numpy.lexsort((column, row))
    rest = row_count - customers
    return Program(
        cost=numpy.concatenate([opening, costs.reshape(-1)]),
        is_integer=numpy.arange(facilities + pairs) < facilities,
        row_lower=numpy.concatenate([numpy.ones(customers), numpy.full(rest, -numpy.inf)]),
        row_upper=numpy.concatenate([numpy.ones(customers), numpy.zeros(rest)]),
        start=numpy.searchsorted(row[order], numpy.arange(row_count + 1)).astype(numpy.int32),
        index=column[order].astype(numpy.int32), value=value[order])
