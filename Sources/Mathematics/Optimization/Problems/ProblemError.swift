/// Why a problem was refused when it was built, and which of its elements was at fault.
public struct ProblemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The element at fault, numbered from 0 in the problem's own order.
    public enum Element: Sendable, Hashable, CustomStringConvertible {
        /// A node of a flow problem.
        case node(Int)
        /// An arc of a flow problem.
        case arc(Int)
        /// A facility of a facility problem.
        case facility(Int)
        /// A customer of a facility problem.
        case customer(Int)
        /// A customer's cost at a facility.
        case assignment(customer: Int, facility: Int)
        /// A link of a multicommodity problem.
        case link(Int)
        /// A commodity of a multicommodity problem.
        case commodity(Int)
        /// A row of a linear program.
        case row(Int)
        /// A column of a linear program.
        case column(Int)
        /// The problem as a whole.
        case problem

        /// The element in words, such as `arc 7`.
        public var description: String {
            switch self {
            case .node(let index): "node \(index)"
            case .arc(let index): "arc \(index)"
            case .facility(let index): "facility \(index)"
            case .customer(let index): "customer \(index)"
            case .assignment(let customer, let facility): "customer \(customer) at facility \(facility)"
            case .link(let index): "link \(index)"
            case .commodity(let index): "commodity \(index)"
            case .row(let index): "row \(index)"
            case .column(let index): "column \(index)"
            case .problem: "problem"
            }
        }
    }

    /// The element at fault.
    public let element: Element
    /// What was wrong and what was expected.
    public let message: String

    /// Creates a refusal.
    public init(_ element: Element, _ message: String) {
        self.element = element
        self.message = message
    }

    /// The element and the message in one line.
    public var description: String { "\(element): \(message)" }
}
