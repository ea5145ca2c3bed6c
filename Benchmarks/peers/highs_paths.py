"""Solves the path program of a routing problem with HiGHS (one thread) and prints one line of JSON.

    python highs_paths.py PROBLEM.json PATHS.json simplex|ipm|choose TIME_LIMIT_SECONDS

PATHS.json has, for each demand, a list of paths, each a list of links. One column a path, one row a demand (all of it is
routed), one row a link that some path uses. Finding the paths is not timed.
"""

import json
import sys
import time

import highspy
import numpy


def main() -> None:
    with open(sys.argv[1]) as file:
        problem = json.load(file)
    with open(sys.argv[2]) as file:
        ways = json.load(file)
    links, demands = problem["links"], problem["demands"]
    start = time.perf_counter()
    cost = numpy.array([link["cost"] for link in links])
    used = sorted({arc for group in ways for path in group for arc in path})
    row = numpy.full(len(links), -1)
    row[used] = len(demands) + numpy.arange(len(used))
    starts, index, costs = [0], [], []
    for demand, group in enumerate(ways):
        for path in group:
            index.append(demand)
            index.extend(row[list(path)])
            starts.append(len(index))
            costs.append(cost[list(path)].sum())
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(costs), len(demands) + len(used)
    program.col_cost_ = numpy.array(costs)
    program.col_lower_ = numpy.zeros(len(costs))
    program.col_upper_ = numpy.full(len(costs), highspy.kHighsInf)
    volumes = numpy.array([demand["volume"] for demand in demands])
    program.row_lower_ = numpy.concatenate([volumes, numpy.full(len(used), -highspy.kHighsInf)])
    program.row_upper_ = numpy.concatenate([volumes, numpy.array([links[arc]["capacity"] for arc in used])])
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = numpy.array(starts, dtype=numpy.int32)
    matrix.index_ = numpy.array(index, dtype=numpy.int32)
    matrix.value_ = numpy.ones(len(index))
    built = time.perf_counter()
    highs = highspy.Highs()
    for option, value in [("output_flag", False), ("threads", 1), ("solver", sys.argv[3]),
                          ("time_limit", float(sys.argv[4]))]:
        highs.setOptionValue(option, value)
    highs.passModel(program)
    highs.run()
    end = time.perf_counter()
    status = highs.getModelStatus()
    optimal = status == highspy.HighsModelStatus.kOptimal
    words = {highspy.HighsModelStatus.kTimeLimit: "time-limit", highspy.HighsModelStatus.kInfeasible: "infeasible"}
    print(json.dumps({
        "termination": "optimal" if optimal else words.get(status, highs.modelStatusToString(status)),
        "objective": highs.getInfo().objective_function_value if optimal else None,
        "size": {"columns": program.num_col_, "rows": program.num_row_, "entries": len(index)},
        "seconds": {"read": built - start, "solve": end - built},
    }))


if __name__ == "__main__":
    main()
