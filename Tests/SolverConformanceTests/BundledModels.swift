import Foundation
import GLPKSolver
import TestSupport

/// The MathProg models of the repository.
enum BundledModel: String, CaseIterable, Sendable {
    case minimumCostFlow = "minimum-cost-flow"
    case facilityUncapacitated = "facility-uncapacitated"
    case facilityCapacitated = "facility-capacitated"
    case facilityVariants = "facility-variants"
    case median = "p-median"
    case multicommodityFlow = "multicommodity-flow"
    case poolMaster = "pool-master"
    case sessionMesh = "session-mesh"

    private func path(_ ending: String) -> String {
        SharedData.repositoryRoot.appending(path: "Models/\(rawValue).\(ending)").path
    }

    /// The model with the data beside it.
    var withItsData: MathProgModel { MathProgModel(path: path("mod"), data: path("dat")) }

    /// The model with other data.
    func with(data: String) -> MathProgModel { MathProgModel(path: path("mod")).with(data: data) }

    /// The model's text.
    func text() throws -> String { try String(contentsOfFile: path("mod"), encoding: .utf8) }

    /// The optimum with the data beside it, worked out by hand or by `glpsol`.
    var optimum: Double {
        switch self {
        case .minimumCostFlow: 14
        case .facilityUncapacitated: 26
        case .facilityCapacitated: 33.0 + 5.0 / 6.0
        case .facilityVariants: 26
        case .median: 8
        case .multicommodityFlow: 15
        case .poolMaster: 73
        case .sessionMesh: 235
        }
    }
}
