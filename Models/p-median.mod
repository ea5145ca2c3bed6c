# p-median: choose p medians among the facilities so that customers are near to one.
#
# States the Swift type FacilityProblem (Sources/Mathematics/Optimization/Problems/FacilityProblem.swift) with opening
# costs of zero and minimumOpen = maximumOpen = p; a customer's cost is its weight times the distance.
# Sources: Hakimi (1964); Daskin, "Network and Discrete Location" (2013), chapter 6; OR-Library, pmedinfo.html.

param facilities, integer, >= 1;
param customers, integer, >= 0;
param p, integer, >= 0, <= facilities;
set FACILITIES := 0 .. facilities - 1;
set CUSTOMERS := 0 .. customers - 1;

param weight{CUSTOMERS}, >= 0, default 1;
param distance{CUSTOMERS, FACILITIES}, >= 0;

var median{FACILITIES}, binary;
var share{CUSTOMERS, FACILITIES}, >= 0;

minimize total_distance: sum{j in CUSTOMERS, i in FACILITIES} weight[j] * distance[j, i] * share[j, i];

s.t. serve{j in CUSTOMERS}: sum{i in FACILITIES} share[j, i] = 1;

s.t. from_median{j in CUSTOMERS, i in FACILITIES}: share[j, i] <= median[i];

s.t. count: sum{i in FACILITIES} median[i] = p;

end;
