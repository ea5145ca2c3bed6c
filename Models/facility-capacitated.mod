# Capacitated facility location, demand split or from a single source.
#
# States the Swift type FacilityProblem (Sources/Mathematics/Optimization/Problems/FacilityProblem.swift) with capacities;
# single_source = 1 is AssignmentRule.singleSource. A pair that is not in PAIRS is forbidden.
# Sources: Cornuejols, Sridharan, Thizy (1991); Holmberg, Ronnqvist, Yuan (1999) for the single source.

param facilities, integer, >= 0;
param customers, integer, >= 0;
set FACILITIES := 0 .. facilities - 1;
set CUSTOMERS := 0 .. customers - 1;
set PAIRS within CUSTOMERS cross FACILITIES;

param opening{FACILITIES};
param capacity{FACILITIES}, >= 0;
param demand{CUSTOMERS}, >= 0;
# What serving all of a customer costs.
param cost{PAIRS};
param minimum_open, integer, default 0;
param maximum_open, integer, default facilities;
param single_source, binary, default 0;

var open{FACILITIES}, binary;
var share{PAIRS}, >= 0;
var whole{PAIRS: single_source = 1}, binary;

minimize total_cost:
    sum{i in FACILITIES} opening[i] * open[i] + sum{(j, i) in PAIRS} cost[j, i] * share[j, i];

s.t. serve{j in CUSTOMERS}: sum{(j, i) in PAIRS} share[j, i] = 1;

# Implied by the capacities as far as integers go; it makes the relaxation strong.
s.t. from_open{(j, i) in PAIRS}: share[j, i] <= open[i];

s.t. hold{i in FACILITIES}: sum{(j, i) in PAIRS} demand[j] * share[j, i] <= capacity[i] * open[i];

s.t. undivided{(j, i) in PAIRS: single_source = 1}: share[j, i] = whole[j, i];

s.t. least{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] >= minimum_open;

s.t. most{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] <= maximum_open;

end;
