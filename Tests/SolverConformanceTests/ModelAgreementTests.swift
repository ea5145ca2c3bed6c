import GLPKSolver
import Optimization
import TestSupport
import Testing

/// The MathProg models and the Swift formulations state the same problems: equal answers on random instances.
@Suite struct ModelAgreementTests {
    private static let instances: Range<UInt64> = 0..<2_000

    @Test(arguments: BundledModel.allCases) func theDataBesideAModelGivesTheKnownOptimum(model: BundledModel) throws {
        let result = try model.withItsData.solve()
        #expect(result.termination == .optimal)
        #expect(abs((result.objective ?? .nan) - model.optimum) < 1e-9 * model.optimum)
    }

    @Test(arguments: BundledModel.allCases) func everyModelNamesItsSwiftTypeAndSource(model: BundledModel) throws {
        let head = try model.text().prefix { $0 != ";" }
        #expect(head.hasPrefix("# "))
        #expect(head.contains("States the Swift type"))
        #expect(head.contains("Source"))
    }

    @Test func flows() throws {
        let solver = GLPKFlowSolver()
        for seed in Self.instances {
            let problem = try RandomFlows.problem(seed: seed)
            let expected = try solver.solve(problem)
            let result = try BundledModel.minimumCostFlow.with(data: ModelData.flow(problem)).solve()
            #expect(result.termination == expected.termination, "seed \(seed)")
            guard let objective = expected.objective, expected.termination == .optimal else { continue }
            let difference = abs((result.objective ?? .nan) - Double(objective))
            #expect(difference <= 1e-9 * max(1, abs(Double(objective))), "seed \(seed)")
        }
    }

    @Test(arguments: RandomFacilities.Kind.allCases) func facilities(kind: RandomFacilities.Kind) throws {
        let solver = GLPKFacilitySolver()
        for seed in Self.instances {
            let problem = try RandomFacilities.problem(kind, seed: seed)
            let expected = try solver.solve(problem)
            let result: MathProgResult
            switch kind {
            case .uncapacitated, .openCount:
                result = try BundledModel.facilityUncapacitated.with(data: ModelData.facility(problem)).solve()
            case .median:
                result = try BundledModel.median.with(data: ModelData.median(problem)).solve()
            case .split, .singleSource:
                result = try BundledModel.facilityCapacitated.with(data: ModelData.facility(problem)).solve()
            }
            #expect(result.termination == expected.termination, "seed \(seed)")
            guard let objective = expected.objective else { continue }
            let difference = abs((result.objective ?? .nan) - objective)
            #expect(difference <= 1e-6 * max(1, abs(objective)), "seed \(seed)")
        }
    }

    @Test(arguments: RandomVariants.all.filter(\.isMixed)) func variants(variant: RandomVariants.Variant) throws {
        let solver = GLPKFacilitySolver()
        for seed in Self.instances {
            let problem = try RandomVariants.problem(variant, seed: seed)
            let expected = try solver.solve(problem)
            let result = try BundledModel.facilityVariants.with(data: ModelData.variants(problem)).solve()
            #expect(result.termination == expected.termination, "seed \(seed)")
            guard let objective = expected.objective else { continue }
            let difference = abs((result.objective ?? .nan) - objective)
            #expect(difference <= 1e-6 * max(1, abs(objective)), "seed \(seed)")
        }
    }
}
