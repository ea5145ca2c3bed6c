"""Solves a facility location file with HiGHS' branch and bound (one thread); prints one line of JSON.

    python highs_facility.py FILE uncapacitated|capacitated TIME_LIMIT_SECONDS [--capacity VALUE] [--gap FRACTION]
"""

import json
import time

import highspy
import numpy

from facility_file import arguments, program, read


def highs_program(stated) -> highspy.HighsLp:
    """The program as HiGHS takes it."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(stated.cost), len(stated.row_lower)
    lp.col_cost_ = stated.cost
    lp.col_lower_, lp.col_upper_ = numpy.zeros(lp.num_col_), numpy.ones(lp.num_col_)
    lp.integrality_ = [highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
                       for whole in stated.is_integer]
    lp.row_lower_, lp.row_upper_ = stated.row_lower, stated.row_upper
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = stated.start, stated.index, stated.value
    return lp


def main() -> None:
    asked = arguments("HiGHS on a facility location file")
    start = time.perf_counter()
    lp = highs_program(program(*read(asked.file, asked.capacity), asked.kind == "capacitated"))
    stated = time.perf_counter()
    highs = highspy.Highs()
    for option, value in [("output_flag", False), ("threads", 1), ("mip_rel_gap", asked.gap),
                          ("time_limit", asked.limit)]:
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    highs.run()
    end = time.perf_counter()
    status = highs.getModelStatus()
    words = {highspy.HighsModelStatus.kOptimal: "optimal", highspy.HighsModelStatus.kTimeLimit: "time-limit",
             highspy.HighsModelStatus.kInfeasible: "infeasible"}
    information = highs.getInfo()
    print(json.dumps({
        "termination": words.get(status, highs.modelStatusToString(status)),
        "objective": information.objective_function_value, "bound": information.mip_dual_bound,
        "seconds": {"read": stated - start, "solve": end - stated},
    }))


if __name__ == "__main__":
    main()
