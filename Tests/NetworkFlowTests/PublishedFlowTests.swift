import Foundation
import MeshInstances
import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Published minimum-cost flows", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
struct PublishedFlowTests {
    /// The rows of a table below its heading.
    private func rows(_ path: String) throws -> [[String]] {
        let url = try #require(SharedData.url(path), "\(path) is missing")
        let lines = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
        return lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    }

    private func expect(_ path: String, optimum: String) throws {
        let file = try #require(SharedData.url(path), "\(path) is missing")
        let problem = try DIMACSFlowReader.read(.read(file.path))
        let result = try NetworkSimplexSolver().solve(problem)
        #expect(result.objective.map(String.init) == optimum, "\(path)")
        #expect(CertificateChecker().verify(problem, result).isVerified, "\(path)")
    }

    @Test("every file gives its published value, with its proof")
    func publishedValues() throws {
        let folders = ["pdegenhardt", "mcfclass", "glpk"]
        for row in try rows("mcf/reference.csv") {
            let folder = try #require(folders.first { SharedData.url("mcf/\($0)/\(row[0])") != nil })
            try expect("mcf/\(folder)/\(row[0])", optimum: row[3])
        }
        for row in try rows("mcf/netgen_101_150_published_optima.csv") {
            try expect("mcf/netgen_101_150/netgen_\(row[0]).min.xz", optimum: row[3])
        }
    }
}
