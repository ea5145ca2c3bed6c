# The meshes of sessions that share a pool: who is served where, which servers are rented.
#
# States the Swift type SessionPlan (Sources/Mesh/MeshTypes/SessionPlan.swift) under a SessionPolicy, exactly: the same
# objective and the same constraints. An ordered pair of different served participants of a session costs its pair
# latency with the weight of the session's interaction, times latency_value * N / (sum of the weights of all pairs).
# The product of two assignments is linearised by a transport between the sites of both, which is exact.
# Source: the quadratic semi-assignment problem; Adams, Johnson (1994) for the linearisation.

param participants, integer, >= 1;
param sites, integer, >= 0;
param sessions, integer, >= 1, default 1;
set PARTICIPANTS := 0 .. participants - 1;
set SITES := 0 .. sites - 1;
set SESSIONS := 0 .. sessions - 1;
# Site -1 stands for not being served.
set PLACES := SITES union {-1};

# Round-trip times in ms; -1 is no measurement.
param access{PARTICIPANTS, SITES}, >= -1;
param routed{SITES, SITES}, >= 0;
param session{PARTICIPANTS}, integer, >= 0, < sessions, default 0;
param load{PARTICIPANTS}, integer, >= 0, default 1;
# Seconds without a server.
param waiting{PARTICIPANTS}, >= 0, default 0;
param free_servers{SITES}, integer, >= 0;
param load_per_server{SITES}, integer, >= 1;
param price{SITES}, >= 0;
# The site of the previous plan; -1 for none, -2 for one that is gone.
param previous{PARTICIPANTS}, integer, >= -2, default -1;
# The weight of an ordered pair of a session.
param weight{PARTICIPANTS, PARTICIPANTS}, >= 0, default 1;

# The policies; -1 is no limit.
param latency_cap{SESSIONS}, default -1;
param cap_relaxation{SESSIONS}, >= 0, default 0;
param soft_cap{SESSIONS}, default -1;
param soft_cap_price{SESSIONS}, >= 0, default 0;
param site_limit{SESSIONS}, default -1;
param server_limit{SESSIONS}, default -1;
param move_budget{SESSIONS}, default -1;
param redundancy{SESSIONS}, integer, >= 0, default 0;
param move_price{SESSIONS}, >= 0, default 5;
param latency_value{SESSIONS}, >= 0, default 1;
param unserved_price{SESSIONS}, >= 0, default 10000;

set MEMBERS{k in SESSIONS} := setof{p in PARTICIPANTS: session[p] = k} p;
set ALLOWED := setof{p in PARTICIPANTS, j in SITES:
    access[p, j] >= 0 and free_servers[j] > 0 and (latency_cap[session[p]] < 0
        or access[p, j] <= latency_cap[session[p]] + cap_relaxation[session[p]] * waiting[p] + 1e-7)} (p, j);
set CHOICES := ALLOWED union setof{p in PARTICIPANTS} (p, -1);
set PAIRS := setof{p in PARTICIPANTS, q in PARTICIPANTS: p < q and session[p] = session[q]} (p, q);

param all_weights{k in SESSIONS} := sum{p in MEMBERS[k], q in MEMBERS[k]: p <> q} weight[p, q];
param sigma{k in SESSIONS} := if all_weights[k] > 0 then latency_value[k] * card(MEMBERS[k]) / all_weights[k] else 0;

# Both directions of a pair at once; nothing when either is not served.
param pair_latency{(p, q) in PAIRS, j in PLACES, h in PLACES} :=
    if j >= 0 and h >= 0 then (weight[p, q] + weight[q, p]) * (access[p, j] + access[q, h])
        + weight[p, q] * routed[j, h] + weight[q, p] * routed[h, j] else 0;

var serve{CHOICES}, binary;
var together{(p, q) in PAIRS, (p, j) in CHOICES, (q, h) in CHOICES}, >= 0;
var open{SESSIONS, SITES}, binary;
var servers{k in SESSIONS, j in SITES}, integer, >= 0, <= free_servers[j];
var needed{SESSIONS, SITES}, integer, >= 0;
var has_mesh{SESSIONS}, binary;

minimize total_cost:
    sum{(p, q) in PAIRS, (p, j) in CHOICES, (q, h) in CHOICES}
        sigma[session[p]] * pair_latency[p, q, j, h] * together[p, q, j, h]
    + sum{(p, j) in ALLOWED: card(MEMBERS[session[p]]) = 1} latency_value[session[p]] * 2 * access[p, j] * serve[p, j]
    + sum{k in SESSIONS, j in SITES} price[j] * servers[k, j]
    + sum{(p, j) in ALLOWED: previous[p] <> -1 and previous[p] <> j} move_price[session[p]] * serve[p, j]
    + sum{(p, j) in ALLOWED: soft_cap[session[p]] >= 0 and access[p, j] > soft_cap[session[p]]}
        soft_cap_price[session[p]] * (access[p, j] - soft_cap[session[p]]) * serve[p, j]
    + sum{p in PARTICIPANTS} unserved_price[session[p]] * serve[p, -1];

s.t. once{p in PARTICIPANTS}: sum{(p, j) in CHOICES} serve[p, j] = 1;

s.t. from{(p, q) in PAIRS, (p, j) in CHOICES}: sum{(q, h) in CHOICES} together[p, q, j, h] = serve[p, j];

s.t. into{(p, q) in PAIRS, (q, h) in CHOICES}: sum{(p, j) in CHOICES} together[p, q, j, h] = serve[q, h];

s.t. carry{k in SESSIONS, j in SITES}:
    load_per_server[j] * needed[k, j] >= sum{(p, j) in ALLOWED: session[p] = k} load[p] * serve[p, j];

s.t. rent{k in SESSIONS, j in SITES}: servers[k, j] >= needed[k, j];

s.t. at_open{(p, j) in ALLOWED}: serve[p, j] <= open[session[p], j];

s.t. rent_at_open{k in SESSIONS, j in SITES}: servers[k, j] <= free_servers[j] * open[k, j];

s.t. rent_if_open{k in SESSIONS, j in SITES}: servers[k, j] >= open[k, j];

# All sessions share the free servers.
s.t. pool{j in SITES}: sum{k in SESSIONS} servers[k, j] <= free_servers[j];

s.t. mesh{(p, j) in ALLOWED}: serve[p, j] <= has_mesh[session[p]];

s.t. spare{k in SESSIONS}:
    sum{j in SITES} servers[k, j] - sum{j in SITES} needed[k, j] - redundancy[k] * has_mesh[k] >= 0;

s.t. limit_sites{k in SESSIONS: site_limit[k] >= 0}: sum{j in SITES} open[k, j] <= site_limit[k];

s.t. limit_servers{k in SESSIONS: server_limit[k] >= 0}: sum{j in SITES} servers[k, j] <= server_limit[k];

# Who cannot stay does not count.
s.t. limit_moves{k in SESSIONS: move_budget[k] >= 0}:
    sum{(p, j) in ALLOWED: session[p] = k and previous[p] >= 0 and previous[p] <> j and (p, previous[p]) in ALLOWED}
        serve[p, j] <= move_budget[k];

end;
