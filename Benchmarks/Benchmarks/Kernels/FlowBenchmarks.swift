import Benchmark
import MeshInstances
import NetworkFlow
import Optimization

/// Minimum-cost flows from scratch: the families of the literature in two sizes each, for the scaling, and the
/// mesh's own shape.
func addFlowBenchmarks() {
    let families: [(FlowFamily, [Int])] = [
        (.netgen8, [1024, 4096]), (.netgenSR, [256, 512]), (.gridgen8, [1024, 4096]), (.goto8, [256, 512]),
    ]
    for (family, sizes) in families {
        for nodes in sizes {
            addFlowBenchmark("flow-\(family.rawValue)-\(nodes)", of: family.generator(nodes: nodes))
        }
    }
    for (clusters, sites) in [(500, 50), (2000, 200)] {
        let shape = AssignmentFlowParameters(clusters: clusters, sites: sites, degree: 12)
        addFlowBenchmark("flow-assignment-\(clusters)x\(sites)", of: shape)
    }
}

private func addFlowBenchmark(_ name: String, of generator: any FlowGenerator) {
    addBenchmark(name) {
        try generator.generate(seed: 1)
    } solve: { problem in
        let result = try NetworkSimplexSolver().solve(problem)
        guard result.termination == .optimal else {
            throw UnexpectedAnswer(description: "\(name) ended \(result.termination.word); expected an optimum")
        }
        return result.statistics
    }
}
