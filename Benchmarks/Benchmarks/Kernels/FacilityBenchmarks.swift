import Benchmark
import FacilityLocation
import GLPKSolver
import MeshInstances
import NetworkFlow
import Optimization

/// Facility location to the proof: Euclidean problems in two sizes, where the bound is near, and a small
/// Koerkel-Ghosh problem, where it is not.
func addFacilityBenchmarks() {
    for (facilities, customers) in [(50, 100), (100, 200)] {
        addFacilityBenchmark(
            "facility-euclidean-\(facilities)x\(customers)",
            of: EuclideanFacilityParameters(facilities: facilities, customers: customers))
    }
    addFacilityBenchmark("facility-koerkel-ghosh-40", of: KoerkelGhoshParameters(size: 40, openingClass: .a))
}

private func addFacilityBenchmark(_ name: String, of generator: any FacilityGenerator) {
    addBenchmark(name) {
        try generator.generate(seed: 1)
    } solve: { problem in
        let solver = BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
        let result = try solver.solve(problem)
        guard result.termination == .optimal else {
            throw UnexpectedAnswer(description: "\(name) ended \(result.termination.word); expected an optimum")
        }
        return result.statistics
    }
}
