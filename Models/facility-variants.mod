# Facility location with every term: several servers a site, convex congestion, required and forbidden sites, a constant.
#
# States the Swift type FacilityProblem (Sources/Mathematics/Optimization/Problems/FacilityProblem.swift) in full. A pair
# that is not in PAIRS is forbidden; a capacity of -1 is none. Congestion is stated by what the load exceeds each step by,
# which costs the rise of the unit cost at that step; as unit costs rise, that is the piecewise-linear convex cost.
# Sources: Correia, Captivo (2003) for servers; Fischetti, Ljubic, Sinnl (2016) for congestion.

param facilities, integer, >= 0;
param customers, integer, >= 0;
set FACILITIES := 0 .. facilities - 1;
set CUSTOMERS := 0 .. customers - 1;
set PAIRS within CUSTOMERS cross FACILITIES;
# A facility and the number of its step.
set STEPS dimen 2;

param opening{FACILITIES};
# Of one server; -1 for none.
param capacity{FACILITIES}, default -1;
param server_limit{FACILITIES}, integer, >= 1, default 1;
param server_cost{FACILITIES}, default 0;
# 1 required, -1 forbidden.
param rule{FACILITIES}, integer, default 0;
param demand{CUSTOMERS}, >= 0;
# What serving all of a customer costs.
param cost{PAIRS};
param step_load{STEPS}, >= 0;
# By how much a unit of load costs more from this step on.
param step_rise{STEPS}, >= 0;
param minimum_open, integer, default 0;
param maximum_open, integer, default facilities;
param single_source, binary, default 0;
param constant, default 0;

var open{FACILITIES}, binary;
var servers{FACILITIES}, integer, >= 0;
var share{PAIRS}, >= 0;
var whole{PAIRS: single_source = 1}, binary;
var excess{STEPS}, >= 0;

minimize total_cost:
    constant + sum{i in FACILITIES} (opening[i] * open[i] + server_cost[i] * servers[i])
    + sum{(j, i) in PAIRS} cost[j, i] * share[j, i] + sum{(i, k) in STEPS} step_rise[i, k] * excess[i, k];

s.t. serve{j in CUSTOMERS}: sum{(j, i) in PAIRS} share[j, i] = 1;

s.t. from_open{(j, i) in PAIRS}: share[j, i] <= open[i];

s.t. some_server{i in FACILITIES}: servers[i] >= open[i];

s.t. few_servers{i in FACILITIES}: servers[i] <= server_limit[i] * open[i];

s.t. hold{i in FACILITIES: capacity[i] >= 0}:
    sum{(j, i) in PAIRS} demand[j] * share[j, i] <= capacity[i] * servers[i];

s.t. exceed{(i, k) in STEPS}: excess[i, k] >= sum{(j, i) in PAIRS} demand[j] * share[j, i] - step_load[i, k];

s.t. undivided{(j, i) in PAIRS: single_source = 1}: share[j, i] = whole[j, i];

s.t. required{i in FACILITIES: rule[i] = 1}: open[i] = 1;

s.t. forbidden{i in FACILITIES: rule[i] = -1}: open[i] = 0;

s.t. least{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] >= minimum_open;

s.t. most{1 .. 1: facilities > 0}: sum{i in FACILITIES} open[i] <= maximum_open;

end;
