"""Solves a DIMACS minimum-cost flow as a linear program with HiGHS (one thread) and prints one line of JSON.

    python highs_flow.py FILE TIME_LIMIT_SECONDS
"""

import json
import sys
import time

import highspy
import numpy

import flow_problem


def main() -> None:
    start = time.perf_counter()
    problem = flow_problem.read(sys.argv[1])
    read = time.perf_counter()
    arcs = len(problem.cost)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = arcs, len(problem.supply)
    program.col_cost_ = problem.cost.astype(float)
    program.col_lower_, program.col_upper_ = problem.lower.astype(float), problem.upper.astype(float)
    program.row_lower_ = program.row_upper_ = problem.supply.astype(float)
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    # A loop's two entries would cancel in one row: it carries its cheaper bound and stays out of the matrix.
    loop = problem.tail == problem.head
    matrix.start_ = numpy.concatenate([[0], numpy.cumsum(numpy.where(loop, 0, 2))]).astype(numpy.int32)
    ends = numpy.stack([problem.tail, problem.head], axis=1)[~loop]
    matrix.index_ = ends.reshape(-1).astype(numpy.int32)
    matrix.value_ = numpy.tile([1.0, -1.0], len(ends))
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", float(sys.argv[2]))
    highs.passModel(program)
    highs.run()
    end = time.perf_counter()
    status = highs.getModelStatus()
    optimal = status == highspy.HighsModelStatus.kOptimal
    words = {highspy.HighsModelStatus.kTimeLimit: "time-limit", highspy.HighsModelStatus.kInfeasible: "infeasible"}
    print(json.dumps({
        "termination": "optimal" if optimal else words.get(status, highs.modelStatusToString(status)),
        "objective": round(highs.getInfo().objective_function_value) if optimal else None,
        "seconds": {"read": read - start, "solve": end - read},
    }))


if __name__ == "__main__":
    main()
