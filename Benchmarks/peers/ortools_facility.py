"""Solves a facility location file with the SCIP or CBC that OR-Tools bundles (one thread); prints one line of JSON.

    python ortools_facility.py FILE uncapacitated|capacitated LIMIT --solver SCIP|CBC [--capacity VALUE] [--gap FRACTION]

The same strong formulation as HiGHS gets. Only the solver's own time counts, not that of stating the program to it.
"""

import json
import time

from ortools.linear_solver import linear_solver_pb2, pywraplp

from facility_file import arguments, program, read


def proto(stated) -> linear_solver_pb2.MPModelProto:
    """The program as OR-Tools states it."""
    model = linear_solver_pb2.MPModelProto()
    for cost, whole in zip(stated.cost.tolist(), stated.is_integer.tolist()):
        model.variable.add(lower_bound=0, upper_bound=1, objective_coefficient=cost, is_integer=whole)
    start, index, value = stated.start.tolist(), stated.index.tolist(), stated.value.tolist()
    for row, (lower, upper) in enumerate(zip(stated.row_lower.tolist(), stated.row_upper.tolist())):
        entries = slice(start[row], start[row + 1])
        model.constraint.add(var_index=index[entries], coefficient=value[entries], lower_bound=lower, upper_bound=upper)
    return model


def main() -> None:
    asked = arguments("SCIP or CBC on a facility location file")
    start = time.perf_counter()
    data = read(asked.file, asked.capacity)
    solver = pywraplp.Solver.CreateSolver(asked.solver)
    if solver is None:
        raise SystemExit(f"{asked.solver} is not available in this OR-Tools")
    solver.LoadModelFromProto(proto(program(*data, asked.kind == "capacitated")))
    solver.SetTimeLimit(int(1000 * asked.limit))
    solver.SetNumThreads(1)
    parameters = pywraplp.MPSolverParameters()
    parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, asked.gap)
    stated = time.perf_counter()
    status = solver.Solve(parameters)
    end = time.perf_counter()
    words = {pywraplp.Solver.OPTIMAL: "optimal", pywraplp.Solver.FEASIBLE: "time-limit",
             pywraplp.Solver.NOT_SOLVED: "time-limit", pywraplp.Solver.INFEASIBLE: "infeasible"}
    has_solution = status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)
    print(json.dumps({
        "termination": words.get(status, f"status-{status}"),
        "objective": solver.Objective().Value() if has_solution else None,
        "bound": solver.Objective().BestBound() if has_solution else None,
        "seconds": {"read": stated - start, "solve": end - stated},
    }))


if __name__ == "__main__":
    main()
