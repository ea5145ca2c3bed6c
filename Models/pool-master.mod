# The pool's master: sessions share the servers of the pool, each choosing among meshes that were made for it.
#
# States the Swift type LinearProgram (Sources/Mathematics/Optimization/Problems/LinearProgram.swift) with a column for
# every mesh, a row for every session and a row for every site. The dual value of a site's row, the sign turned, is what
# one more server there is worth: the pool price lambda at which each session's next mesh is looked for. A mesh is
# charged `c`, all that its session pays for it, and takes `n` servers of each site, spares among them.
# Sources: Dantzig, Wolfe, "Decomposition principle for linear programs" (1960); Desaulniers, Desrosiers, Solomon,
# "Column Generation" (2005), chapter 1.

param sessions, integer, >= 0;
param sites, integer, >= 0;
set SESSIONS := 0 .. sessions - 1;
set SITES := 0 .. sites - 1;

# Servers at each site that may be rented, whether they are or not.
param usable{SITES}, integer, >= 0;

# The meshes, by number; of which session each is, what it costs, and how many people it moves.
set COLUMNS;
param session{COLUMNS}, in SESSIONS;
param c{COLUMNS};
param moves{COLUMNS}, integer, >= 0, default 0;

# The servers that a mesh takes at a site, where it takes any.
set RENTS, within COLUMNS cross SITES;
param n{RENTS}, integer, >= 1;

# The most people who may be moved, all sessions together; -1 for any number.
param move_budget, integer, >= -1, default -1;

# The part of a session that is served by a mesh.
var x{COLUMNS}, >= 0;

minimize total_cost: sum{k in COLUMNS} c[k] * x[k];

s.t. choose{s in SESSIONS}: sum{k in COLUMNS: session[k] = s} x[k] = 1;

s.t. share{j in SITES}: sum{(k, i) in RENTS: i = j} n[k, i] * x[k] <= usable[j];

s.t. budget{once in {0}: move_budget >= 0}: sum{k in COLUMNS} moves[k] * x[k] <= move_budget;

end;
