# Minimum-cost multicommodity flow on a directed graph, arc formulation, flows may split.
#
# States the Swift type LinearProgram (Sources/Mathematics/Optimization/Problems/LinearProgram.swift) with a column for
# every pair of commodity and arc: what the path formulation of routing must agree with. A unit of demand may stay
# unrouted at the price `unrouted_cost`, so that a solution always exists.
# Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), chapter 17.

param nodes, integer, >= 1;
set NODES := 0 .. nodes - 1;
set ARCS;
set COMMODITIES;

param tail{ARCS}, in NODES;
param head{ARCS}, in NODES;
param capacity{ARCS}, >= 0;
param cost{ARCS}, >= 0;
param origin{COMMODITIES}, in NODES;
param destination{COMMODITIES}, in NODES;
param demand{COMMODITIES}, >= 0;
param unrouted_cost, >= 0;

var flow{COMMODITIES, ARCS}, >= 0;
var unrouted{k in COMMODITIES}, >= 0, <= demand[k];

minimize total_cost:
    sum{k in COMMODITIES, a in ARCS} cost[a] * flow[k, a] + sum{k in COMMODITIES} unrouted_cost * unrouted[k];

s.t. conserve{k in COMMODITIES, v in NODES}:
    sum{a in ARCS: tail[a] = v} flow[k, a] - sum{a in ARCS: head[a] = v} flow[k, a]
    + (if v = origin[k] then 1 else 0) * unrouted[k] - (if v = destination[k] then 1 else 0) * unrouted[k]
    = (if v = origin[k] then demand[k] else 0) - (if v = destination[k] then demand[k] else 0);

s.t. share_capacity{a in ARCS}: sum{k in COMMODITIES} flow[k, a] <= capacity[a];

end;
