// Solves a DIMACS minimum-cost flow with LEMON and prints one line of JSON.
//
//     lemon_flow network-simplex|cost-scaling FILE
//
// `solve` covers everything between the parsed graph and the answer: the solver's own arrays are built inside it, as
// they are in every other driver here. Reading is timed apart.

#include <lemon/cost_scaling.h>
#include <lemon/dimacs.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace {

using Graph = lemon::SmartDigraph;
using Value = long long;
using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

struct Instance {
    Graph graph;
    Graph::ArcMap<Value> lower{graph}, upper{graph}, cost{graph};
    Graph::NodeMap<Value> supply{graph};
};

struct Answer {
    const char* termination;
    Value objective;
};

template <typename Solver>
Answer solve(const Instance& instance) {
    Solver solver(instance.graph);
    solver.lowerMap(instance.lower).upperMap(instance.upper).costMap(instance.cost).supplyMap(instance.supply);
    switch (solver.run()) {
    case Solver::OPTIMAL: return {"optimal", solver.template totalCost<Value>()};
    case Solver::UNBOUNDED: return {"unbounded", 0};
    default: return {"infeasible", 0};
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::fprintf(stderr, "usage: lemon_flow network-simplex|cost-scaling FILE\n");
        return 64;
    }
    std::ifstream file(arguments[2]);
    if (!file) {
        std::fprintf(stderr, "lemon_flow: %s: cannot be read\n", arguments[2]);
        return 65;
    }
    Instance instance;
    const auto start = Clock::now();
    lemon::readDimacsMin(file, instance.graph, instance.lower, instance.upper, instance.cost, instance.supply);
    const auto read = Clock::now();
    Answer answer;
    if (std::strcmp(arguments[1], "network-simplex") == 0) {
        answer = solve<lemon::NetworkSimplex<Graph, Value, Value>>(instance);
    } else if (std::strcmp(arguments[1], "cost-scaling") == 0) {
        answer = solve<lemon::CostScaling<Graph, Value, Value>>(instance);
    } else {
        std::fprintf(stderr, "lemon_flow: unknown solver '%s'\n", arguments[1]);
        return 64;
    }
    const auto end = Clock::now();
    std::printf("{\"termination\": \"%s\", \"objective\": %lld, \"seconds\": {\"read\": %.6f, \"solve\": %.6f}}\n",
        answer.termination, answer.objective, seconds(start, read), seconds(read, end));
    return 0;
}
