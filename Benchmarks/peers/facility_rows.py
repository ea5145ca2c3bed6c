"""Facility location on OR-Library's files, where the shared data are: ours against HiGHS and GLPK."""

import instances
from measure import disagreements, interleave, table
from solvers import facility_solvers
from suite import Context, Report

TITLE = "Facility location"
ORDER = 50
DEFAULT = True


def run(context: Context) -> Report:
    problems = instances.facilities(context.sizes)
    if not problems:
        print("Facility location: no instances here; set RMC_SHARED_DATA to the folder of the shared data")
        return Report()
    solvers = facility_solvers(context.rmc)
    names = [solver.name for solver in solvers]
    answers = interleave(context, problems, solvers)
    return Report(figures=table("Facility location", problems, names, answers),
                  wrong=disagreements(problems, names, answers))
