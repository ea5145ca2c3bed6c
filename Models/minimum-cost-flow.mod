# Minimum-cost flow on a directed graph.
#
# States the Swift type FlowProblem (Sources/Mathematics/Optimization/Problems/FlowProblem.swift); at_most = 1 is
# SupplyRule.atMost. Parallel arcs and self-loops are allowed, so arcs have numbers and not pairs of nodes.
# Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), chapter 9.

param nodes, integer, >= 0;
set NODES := 0 .. nodes - 1;
set ARCS;

param supply{NODES}, default 0;
param at_most, binary, default 0;
param tail{ARCS}, in NODES;
param head{ARCS}, in NODES;
param lower{ARCS}, >= 0, default 0;
# -1 is no limit.
param upper{ARCS}, >= -1, default -1;
param cost{ARCS};

var flow{a in ARCS}, >= lower[a];

minimize total_cost: sum{a in ARCS} cost[a] * flow[a];

s.t. conserve{v in NODES: at_most = 0}:
    sum{a in ARCS: tail[a] = v} flow[a] - sum{a in ARCS: head[a] = v} flow[a] = supply[v];

s.t. conserve_at_most{v in NODES: at_most = 1}:
    sum{a in ARCS: tail[a] = v} flow[a] - sum{a in ARCS: head[a] = v} flow[a] <= supply[v];

s.t. capacity{a in ARCS: upper[a] >= 0}: flow[a] <= upper[a];

end;
