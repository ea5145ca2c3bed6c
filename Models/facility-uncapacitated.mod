# Uncapacitated facility location, strong formulation.
#
# States the Swift type FacilityProblem (Sources/Mathematics/Optimization/Problems/FacilityProblem.swift) without
# capacities. A pair that is not in PAIRS is forbidden; its cost there is infinity.
# Source: Balinski, "Integer programming: methods, uses, computation" (1965); OR-Library, uncapinfo.html.

param facilities, integer, >= 0;
param customers, integer, >= 0;
set FACILITIES := 0 .. facilities - 1;
set CUSTOMERS := 0 .. customers - 1;
set PAIRS within CUSTOMERS cross FACILITIES;

param opening{FACILITIES};
# What serving all of a customer costs.
param cost{PAIRS};
param minimum_open, integer, default 0;
param maximum_open, integer, default facilities;

var open{FACILITIES}, binary;
var share{PAIRS}, >= 0;

minimize total_cost:
    sum{i in FACILITIES} opening[i] * open[i] + sum{(j, i) in PAIRS} cost[j, i] * share[j, i];

s.t. serve{j in CUSTOMERS}: sum{(j, i) in PAIRS} share[j, i] = 1;

s.t. from_open{(j, i) in PAIRS}: share[j, i] <= open[i];

s.t. least{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] >= minimum_open;

s.t. most{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] <= maximum_open;

end;
