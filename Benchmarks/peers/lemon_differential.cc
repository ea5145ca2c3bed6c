// Solves many small minimum-cost flows with LEMON; prints a line a problem.
//
//     lemon_differential FILE
//
// FILE holds, for each problem: NODES ARCS RULE (0: supplies bind, 1: at most), the supplies, and for each arc TAIL HEAD
// LOWER UPPER COST, nodes from 0, UPPER -1 for no limit. A line reads `STATUS OBJECTIVE STATUS OBJECTIVE`: the network
// simplex, then cost scaling.
//
// What LEMON 1.3.1 leaves to its caller is done here. Its network simplex reports an unbounded cycle before it knows
// whether a flow exists: the problem without costs decides. Its cost scaling takes a capacity without a limit for a number,
// and subtracts the lower bound from it: it is asked only where all capacities are finite (`skipped` elsewhere). It knows
// supplies that bind at least, not at most: the graph is turned round for it. And on about one problem in ten thousand it
// runs out of an array in its price refinement: it works in a process of its own (`crashed`).

#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <limits>
#include <vector>

namespace {

using Graph = lemon::SmartDigraph;
using Value = long long;

struct Arc {
    int tail, head;
    Value lower, upper, cost;
};

struct Problem {
    bool atMost;
    std::vector<Value> supplies;
    std::vector<Arc> arcs;
};

struct Answer {
    const char* status;
    Value objective;
};

struct Instance {
    Graph graph;
    Graph::ArcMap<Value> lower{graph}, upper{graph}, cost{graph};
    Graph::NodeMap<Value> supply{graph};

    Instance(const Problem& problem, bool isReversed, bool isFree) {
        std::vector<Graph::Node> nodes;
        for (const Value amount : problem.supplies) {
            nodes.push_back(graph.addNode());
            supply[nodes.back()] = isReversed ? -amount : amount;
        }
        for (const Arc& data : problem.arcs) {
            const Graph::Arc arc = isReversed ? graph.addArc(nodes[data.head], nodes[data.tail])
                                              : graph.addArc(nodes[data.tail], nodes[data.head]);
            lower[arc] = data.lower;
            upper[arc] = data.upper < 0 ? std::numeric_limits<Value>::max() : data.upper;
            cost[arc] = isFree ? 0 : data.cost;
        }
    }
};

template <typename Solver>
Answer answer(Solver& solver) {
    switch (solver.run()) {
    case Solver::OPTIMAL: return {"optimal", solver.template totalCost<Value>()};
    case Solver::UNBOUNDED: return {"unbounded", 0};
    default: return {"infeasible", 0};
    }
}

Answer networkSimplex(const Problem& problem, bool isFree) {
    const Instance instance(problem, false, isFree);
    using Solver = lemon::NetworkSimplex<Graph, Value, Value>;
    Solver solver(instance.graph);
    solver.lowerMap(instance.lower).upperMap(instance.upper).costMap(instance.cost).supplyMap(instance.supply);
    // Supplies that sum to less than 0 are infeasible in either sense, but LEMON has a sense of its own for them.
    Value total = 0;
    for (const Value amount : problem.supplies) total += amount;
    if (total < 0 || (total != 0 && !problem.atMost)) return {"infeasible", 0};
    if (problem.atMost) solver.supplyType(Solver::LEQ);
    const Answer found = answer(solver);
    if (found.status[0] == 'u' && !isFree && networkSimplex(problem, true).status[0] == 'i') return {"infeasible", 0};
    return found;
}

Answer costScaling(const Problem& problem) {
    Value total = 0;
    for (const Value amount : problem.supplies) total += amount;
    if (total < 0 || (total != 0 && !problem.atMost)) return {"infeasible", 0};
    for (const Arc& arc : problem.arcs) {
        if (arc.upper < 0) return {"skipped", 0};
    }
    int ends[2];
    if (pipe(ends) != 0) return {"skipped", 0};
    const pid_t child = fork();
    if (child == 0) {
        const Instance instance(problem, problem.atMost, false);
        lemon::CostScaling<Graph, Value, Value> solver(instance.graph);
        solver.lowerMap(instance.lower).upperMap(instance.upper).costMap(instance.cost).supplyMap(instance.supply);
        // Both processes have the text at the same address.
        const Answer found = answer(solver);
        _exit(write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
    }
    close(ends[1]);
    Answer found{"crashed", 0};
    if (child > 0) {
        Answer said;
        if (read(ends[0], &said, sizeof said) == sizeof said) found = said;
        waitpid(child, nullptr, 0);
    }
    close(ends[0]);
    return found;
}

}  // namespace

int main(int count, char** arguments) {
    std::ifstream file(count == 2 ? arguments[1] : "");
    if (!file) {
        std::cerr << "usage: lemon_differential FILE\n";
        return 64;
    }
    int nodes, arcs, rule;
    while (file >> nodes >> arcs >> rule) {
        Problem problem{rule == 1, std::vector<Value>(nodes), std::vector<Arc>(arcs)};
        for (Value& supply : problem.supplies) file >> supply;
        for (Arc& arc : problem.arcs) file >> arc.tail >> arc.head >> arc.lower >> arc.upper >> arc.cost;
        if (!file) {
            std::cerr << "lemon_differential: the file ends within a problem\n";
            return 65;
        }
        const Answer simplex = networkSimplex(problem, false), scaling = costScaling(problem);
        std::cout << simplex.status << ' ' << simplex.objective << ' ' << scaling.status << ' ' << scaling.objective
                  << '\n';
    }
    return 0;
}
