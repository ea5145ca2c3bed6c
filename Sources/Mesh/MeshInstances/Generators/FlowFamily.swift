/// The flow families of the literature that grow with one number, for scaling curves and for the command line.
///
/// Source of the names: Kiraly, Kovacs, "Efficient implementations of minimum-cost flow algorithms" (2012).
public enum FlowFamily: String, Sendable, Hashable, CaseIterable, Codable {
    /// ``NETGENParameters/sparse(nodes:)``.
    case netgen8 = "netgen-8"
    /// ``NETGENParameters/dense(nodes:)``.
    case netgenSR = "netgen-sr"
    /// ``NETGENParameters/sparseWithLowSupply(nodes:)``.
    case netgenLow8 = "netgen-lo-8"
    /// ``GRIDGENParameters/sparse(nodes:)``.
    case gridgen8 = "gridgen-8"
    /// ``GOTOParameters/sparse(nodes:)``.
    case goto8 = "goto-8"
    /// ``GOTOParameters/dense(nodes:)``.
    case gotoSR = "goto-sr"

    /// The family's generator for about as many nodes.
    public func generator(nodes: Int) -> any FlowGenerator {
        switch self {
        case .netgen8: NETGENParameters.sparse(nodes: nodes)
        case .netgenSR: NETGENParameters.dense(nodes: nodes)
        case .netgenLow8: NETGENParameters.sparseWithLowSupply(nodes: nodes)
        case .gridgen8: GRIDGENParameters.sparse(nodes: nodes)
        case .goto8: GOTOParameters.sparse(nodes: nodes)
        case .gotoSR: GOTOParameters.dense(nodes: nodes)
        }
    }
}
