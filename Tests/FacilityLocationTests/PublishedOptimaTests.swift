import FacilityLocation
import Foundation
import MeshInstances
import Optimization
import TestSupport
import Testing

/// Published optima of the shared data, proved again and the proofs checked.
@Suite(.enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
struct PublishedOptimaTests {
    private func expectOptimum(
        _ optimum: Double, of path: String, options: FacilityReadingOptions = .init(), tolerance: Double = 1e-8
    ) throws {
        let url = try #require(SharedData.url("facility/\(path)"), "\(path)")
        let problem = try FacilityReader.read(try InputFile.read(url.path), options: options)
        let result = try Solvers.exact.solve(problem)
        #expect(result.termination == .optimal, "\(path)")
        let objective = try #require(result.objective)
        #expect(abs(objective - optimum) <= max(0.002, tolerance * optimum), "\(path): \(objective)")
        let verification = CertificateChecker().verify(problem, result)
        #expect(verification.isVerified, "\(path): \(verification.failures)")
    }

    /// Name and value, separated by blanks or commas, of each line that has both.
    private func references(_ path: String) throws -> [(name: String, value: Double)] {
        let url = try #require(SharedData.url("facility/\(path)"))
        return try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split { $0 == " " || $0 == "," }
            guard words.count >= 2, let value = Double(words[1]) else { return nil }
            return (words[0].lowercased(), value)
        }
    }

    @Test func uncapacitatedORLibrary() throws {
        for (name, optimum) in try references("reference_uncapacitated.txt") where name.hasPrefix("cap") {
            let isPacked = ["capa", "capb", "capc"].contains(name)
            try expectOptimum(
                optimum, of: "orlib_uncap/\(name).txt\(isPacked ? ".xz" : "")",
                options: .init(format: .orlib, isUncapacitated: true))
        }
    }

    @Test func capacitatedORLibrary() throws {
        let small = try references("orlib_cap/reference.txt").filter { $0.name.hasPrefix("cap") && $0.name.count == 5 }
        #expect(small.count > 5)
        for (name, optimum) in small {
            try expectOptimum(optimum, of: "orlib_cap/\(name).txt", options: .init(format: .orlib))
        }
        for (capacity, optimum) in [(14000.0, 17_160_439.012), (12000, 17_765_201.949)] {
            try expectOptimum(
                optimum, of: "orlib_cap/capa.txt.xz", options: .init(format: .orlib, capacity: capacity))
        }
    }

    @Test func kraticaSmall() throws {
        try expectOptimum(
            1227.667, of: "kratica_m/Kcapmo2.txt.xz", options: .init(format: .orlib, isUncapacitated: true),
            tolerance: 1e-6)
    }

    @Test func holmbergSingleSource() throws {
        let names = ["p1", "p2", "p4", "p10", "p13", "p16", "p26", "p41", "p71"]
        for (name, optimum) in try references("holmberg/reference.csv") where names.contains(name) {
            try expectOptimum(optimum, of: "holmberg/\(name)", options: .init(format: .holmberg, isSingleSource: true))
        }
    }

    @Test func pMedians() throws {
        for (name, optimum) in [("pmed1", 5819.0), ("pmed2", 4093), ("pmed6", 7824)] {
            try expectOptimum(optimum, of: "pmed/\(name).txt", options: .init(format: .pmed))
        }
    }

    /// The master's fourth program has a basis that is singular to working precision; scaled, the search goes on.
    @Test func singularMaster() throws {
        let url = try #require(SharedData.url("facility/koerkel_ghosh/ga250c-1.xz"))
        let problem = try FacilityReader.read(try InputFile.read(url.path), options: .init())
        let result = try Solvers.exact.solve(problem, criteria: StoppingCriteria(nodeLimit: 3), interrupter: nil)
        #expect(result.termination == .limitReached(.nodes))
        #expect(result.statistics["linear-programs"] > 4)
        #expect(try #require(result.gap) < 0.035)
        #expect(CertificateChecker().verify(problem, result).isVerified)
    }
}
