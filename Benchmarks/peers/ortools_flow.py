"""Solves a DIMACS minimum-cost flow with OR-Tools' SimpleMinCostFlow and prints one line of JSON.

    python ortools_flow.py FILE
"""

import json
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow

import flow_problem


def main() -> None:
    start = time.perf_counter()
    problem = flow_problem.read(sys.argv[1])
    read = time.perf_counter()
    # The solver knows no lower bounds: what must flow is moved into the supplies.
    supply = problem.supply.copy()
    numpy.subtract.at(supply, problem.tail, problem.lower)
    numpy.add.at(supply, problem.head, problem.lower)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        problem.tail, problem.head, problem.upper - problem.lower, problem.cost)
    solver.set_nodes_supplies(numpy.arange(len(supply)), supply)
    status = solver.solve()
    end = time.perf_counter()
    optimal = status == solver.OPTIMAL
    objective = solver.optimal_cost() + int((problem.lower * problem.cost).sum()) if optimal else None
    print(json.dumps({
        "termination": "optimal" if optimal else status.name.lower(), "objective": objective,
        "seconds": {"read": read - start, "solve": end - read},
    }))


if __name__ == "__main__":
    main()
