// Solves a DIMACS minimum-cost flow with GLPK's out-of-kilter algorithm and prints one line of JSON.
//
//     glpk_okalg FILE
//
// `solve` covers everything between the parsed graph and the answer, as in the other drivers.

#include <glpk.h>

#include <chrono>
#include <cstddef>
#include <cstdio>

namespace {

struct Vertex {
    double supply;
};

struct Arc {
    double lower, upper, cost, flow;
};

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: glpk_okalg FILE\n");
        return 64;
    }
    glp_term_out(GLP_OFF);
    glp_graph* graph = glp_create_graph(sizeof(Vertex), sizeof(Arc));
    const auto start = Clock::now();
    if (glp_read_mincost(graph, offsetof(Vertex, supply), offsetof(Arc, lower), offsetof(Arc, upper),
            offsetof(Arc, cost), arguments[1]) != 0) {
        std::fprintf(stderr, "glpk_okalg: %s: cannot be read\n", arguments[1]);
        return 65;
    }
    const auto read = Clock::now();
    double objective = 0;
    const int outcome = glp_mincost_okalg(graph, offsetof(Vertex, supply), offsetof(Arc, lower), offsetof(Arc, upper),
        offsetof(Arc, cost), &objective, offsetof(Arc, flow), -1);
    const auto end = Clock::now();
    const char* word = outcome == 0 ? "optimal" : outcome == GLP_ENOPFS ? "infeasible" : "refused";
    std::printf("{\"termination\": \"%s\", \"objective\": %.0f, \"seconds\": {\"read\": %.6f, \"solve\": %.6f}}\n", word,
        objective, seconds(start, read), seconds(read, end));
    return 0;
}
