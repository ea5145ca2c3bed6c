import Benchmark
import MeshInstances
import Optimization

/// Reading: a DIMACS flow from memory. Its counters are the sizes of what was read.
func addReadingBenchmarks() {
    addBenchmark("reading-dimacs-netgen-8-4096") {
        let problem = try FlowFamily.netgen8.generator(nodes: 4096).generate(seed: 1)
        return try InputFile(name: "generated", contents: DIMACSFlowWriter.text(problem))
    } solve: { file in
        let problem = try DIMACSFlowReader.read(file)
        return SolverStatistics(["nodes": problem.nodeCount, "arcs": problem.arcCount])
    }
}
