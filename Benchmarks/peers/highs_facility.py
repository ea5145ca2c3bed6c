"""Solves an OR-Library facility location file with HiGHS' branch and bound (one thread); prints one line of JSON.

    python highs_facility.py FILE uncapacitated|capacitated TIME_LIMIT_SECONDS [CAPACITY]

The strong formulation (one row `share <= open` for each pair), as any user of a general solver would state it; CAPACITY
stands in for the word `capacity` of the files that leave it open.
"""

import json
import sys
import time

import highspy
import numpy


def read(path: str, capacity: str | None):
    """Opening costs, capacities, demands and the costs (customer by facility) of serving a customer in full."""
    with open(path) as file:
        words = file.read().split()
    facilities, customers = int(words[0]), int(words[1])
    sites = words[2:2 + 2 * facilities]
    if capacity is not None:
        sites = [capacity if word == "capacity" else word for word in sites]
    rows = numpy.array(words[2 + 2 * facilities:], dtype=float).reshape(customers, facilities + 1)
    capacities = numpy.array([0 if word == "capacity" else float(word) for word in sites[0::2]])
    return numpy.array(sites[1::2], dtype=float), capacities, rows[:, 0], rows[:, 1:]


def program(opening, capacities, demands, costs, capacitated: bool) -> highspy.HighsLp:
    """Columns: the facilities, then the shares customer by customer. Rows: customers, pairs, then capacities."""
    customers, facilities = costs.shape
    pairs = customers * facilities
    lp = highspy.HighsLp()
    lp.num_col_ = facilities + pairs
    lp.num_row_ = customers + pairs + (facilities if capacitated else 0)
    lp.col_cost_ = numpy.concatenate([opening, costs.reshape(-1)])
    lp.col_lower_ = numpy.zeros(lp.num_col_)
    lp.col_upper_ = numpy.ones(lp.num_col_)
    lp.integrality_ = ([highspy.HighsVarType.kInteger] * facilities + [highspy.HighsVarType.kContinuous] * pairs)
    rest = lp.num_row_ - customers
    lp.row_lower_ = numpy.concatenate([numpy.ones(customers), numpy.full(rest, -highspy.kHighsInf)])
    lp.row_upper_ = numpy.concatenate([numpy.ones(customers), numpy.zeros(rest)])

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
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = numpy.searchsorted(row[order], numpy.arange(lp.num_row_ + 1)).astype(numpy.int32)
    matrix.index_ = column[order].astype(numpy.int32)
    matrix.value_ = value[order]
    return lp


def main() -> None:
    capacity = sys.argv[4] if len(sys.argv) > 4 else None
    start = time.perf_counter()
    data = read(sys.argv[1], capacity)
    end_of_read = time.perf_counter()
    highs = highspy.Highs()
    for option, value in [("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0),
                          ("time_limit", float(sys.argv[3]))]:
        highs.setOptionValue(option, value)
    highs.passModel(program(*data, sys.argv[2] == "capacitated"))
    highs.run()
    end = time.perf_counter()
    status = highs.getModelStatus()
    words = {highspy.HighsModelStatus.kOptimal: "optimal", highspy.HighsModelStatus.kTimeLimit: "time-limit",
             highspy.HighsModelStatus.kInfeasible: "infeasible"}
    information = highs.getInfo()
    print(json.dumps({
        "termination": words.get(status, highs.modelStatusToString(status)),
        "objective": information.objective_function_value, "bound": information.mip_dual_bound,
        "seconds": {"read": end_of_read - start, "solve": end - end_of_read},
    }))


if __name__ == "__main__":
    main()
