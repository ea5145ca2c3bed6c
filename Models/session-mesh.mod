# The mesh of one session: who is served where, which servers are rented.
#
# States the Swift type SessionPlan (Sources/Mesh/MeshTypes/SessionPlan.swift) under a SessionPolicy, exactly: the same
# objective and the same constraints, one session alone on its pool. An ordered pair of different served participants
# costs its pair latency with weight 1 / (N - 1), so that interaction is latency_value * N * (mean pair latency, ms).
# The product of two assignments is linearised by a transport between the sites of both, which is exact.
# Source: the quadratic semi-assignment problem; Adams, Johnson (1994) for the linearisation.

param participants, integer, >= 1;
param sites, integer, >= 0;
set PARTICIPANTS := 0 .. participants - 1;
set SITES := 0 .. sites - 1;
# Site -1 stands for not being served.
set PLACES := SITES union {-1};

# Round-trip times in ms; -1 is no measurement.
param access{PARTICIPANTS, SITES}, >= -1;
param routed{SITES, SITES}, >= 0;
param load{PARTICIPANTS}, integer, >= 0, default 1;
param free_servers{SITES}, integer, >= 0;
param load_per_server{SITES}, integer, >= 1;
param price{SITES}, >= 0;
# The site of the previous plan; -1 for none, -2 for one that is gone.
param previous{PARTICIPANTS}, integer, >= -2, default -1;

# The policy; -1 is no limit.
param latency_cap, default -1;
param site_limit, default -1;
param server_limit, default -1;
param move_budget, default -1;
param redundancy, integer, >= 0, default 0;
param move_price, >= 0, default 5;
param latency_value, >= 0, default 1;
param unserved_price, >= 0, default 10000;

set ALLOWED := setof{p in PARTICIPANTS, j in SITES:
    access[p, j] >= 0 and free_servers[j] > 0 and (latency_cap < 0 or access[p, j] <= latency_cap)} (p, j);
set CHOICES := ALLOWED union setof{p in PARTICIPANTS} (p, -1);
set PAIRS := setof{p in PARTICIPANTS, q in PARTICIPANTS: p < q} (p, q);

# Both directions of a pair at once; nothing when either is not served.
param pair_latency{(p, q) in PAIRS, j in PLACES, h in PLACES} :=
    if j >= 0 and h >= 0 then 2 * access[p, j] + routed[j, h] + routed[h, j] + 2 * access[q, h] else 0;

var serve{CHOICES}, binary;
var together{(p, q) in PAIRS, (p, j) in CHOICES, (q, h) in CHOICES}, >= 0;
var open{SITES}, binary;
var servers{j in SITES}, integer, >= 0, <= free_servers[j];
var needed{j in SITES}, integer, >= 0;
var has_mesh, binary;

minimize total_cost:
    (if participants > 1 then latency_value / (participants - 1) else 0)
        * sum{(p, q) in PAIRS, (p, j) in CHOICES, (q, h) in CHOICES} pair_latency[p, q, j, h] * together[p, q, j, h]
    + (if participants = 1 then latency_value else 0) * sum{(p, j) in ALLOWED} 2 * access[p, j] * serve[p, j]
    + sum{j in SITES} price[j] * servers[j]
    + move_price * sum{(p, j) in ALLOWED: previous[p] <> -1 and previous[p] <> j} serve[p, j]
    + unserved_price * sum{p in PARTICIPANTS} serve[p, -1];

s.t. once{p in PARTICIPANTS}: sum{(p, j) in CHOICES} serve[p, j] = 1;

s.t. from{(p, q) in PAIRS, (p, j) in CHOICES}: sum{(q, h) in CHOICES} together[p, q, j, h] = serve[p, j];

s.t. into{(p, q) in PAIRS, (q, h) in CHOICES}: sum{(p, j) in CHOICES} together[p, q, j, h] = serve[q, h];

s.t. carry{j in SITES}: load_per_server[j] * needed[j] >= sum{(p, j) in ALLOWED} load[p] * serve[p, j];

s.t. rent{j in SITES}: servers[j] >= needed[j];

s.t. at_open{(p, j) in ALLOWED}: serve[p, j] <= open[j];

s.t. rent_at_open{j in SITES}: servers[j] <= free_servers[j] * open[j];

s.t. rent_if_open{j in SITES}: servers[j] >= open[j];

s.t. mesh{(p, j) in ALLOWED}: serve[p, j] <= has_mesh;

s.t. spare: sum{j in SITES} servers[j] - sum{j in SITES} needed[j] - redundancy * has_mesh >= 0;

s.t. limit_sites{1 .. 1: site_limit >= 0}: sum{j in SITES} open[j] <= site_limit;

s.t. limit_servers{1 .. 1: server_limit >= 0}: sum{j in SITES} servers[j] <= server_limit;

# Who cannot stay does not count.
s.t. limit_moves{1 .. 1: move_budget >= 0}:
    sum{(p, j) in ALLOWED: previous[p] >= 0 and previous[p] <> j and (p, previous[p]) in ALLOWED} serve[p, j]
    <= move_budget;

end;
