"""Reads a DIMACS minimum-cost flow into arrays; shared by the Python drivers."""

import dataclasses

import numpy


@dataclasses.dataclass
class FlowProblem:
    """Nodes count from 0; `supply` has one entry a node, the others one an arc."""

    supply: numpy.ndarray
    tail: numpy.ndarray
    head: numpy.ndarray
    lower: numpy.ndarray
    upper: numpy.ndarray
    cost: numpy.ndarray


def read(path: str) -> FlowProblem:
    """The problem of a file. An upper bound below the lower one means none, and becomes what no flow can exceed."""
    supplies: list[tuple[int, int]] = []
    arcs: list[list[bytes]] = []
    nodes = 0
    with open(path, "rb") as file:
        for line in file:
            if line.startswith(b"a"):
                arcs.append(line.split()[1:6])
            elif line.startswith(b"n"):
                _, node, supply = line.split()[:3]
                supplies.append((int(node), int(supply)))
            elif line.startswith(b"p"):
                nodes = int(line.split()[2])
    table = numpy.array(arcs, dtype=numpy.int64).reshape(-1, 5)
    supply = numpy.zeros(nodes, dtype=numpy.int64)
    for node, amount in supplies:
        supply[node - 1] = amount
    tail, head, lower, upper, cost = table.T.copy()
    bounded = upper >= lower
    most = int(supply[supply > 0].sum() + lower.sum() + upper[bounded].sum())
    upper[~bounded] = most
    return FlowProblem(supply, tail - 1, head - 1, lower, upper, cost)
