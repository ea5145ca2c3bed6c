internal import Optimization

/// Why a generator refused its parameters.
public struct ParameterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The parameter at fault.
    public let parameter: String
    /// What is wrong and what was expected.
    public let message: String

    /// Creates a refusal.
    public init(_ parameter: String, _ message: String) {
        self.parameter = parameter
        self.message = message
    }

    /// Parameter and message in one line.
    public var description: String { "\(parameter) \(message)" }

    /// Refuses a parameter that is out of its range.
    static func check<Value: Comparable>(
        _ parameter: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(ParameterError) {
        guard range.contains(value) else {
            throw ParameterError(parameter, "is \(value); expected \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Refuses a range of values that is not within another.
    static func check<Value: Comparable>(
        _ parameter: String, _ value: ClosedRange<Value>, in range: ClosedRange<Value>
    ) throws(ParameterError) {
        guard range.lowerBound <= value.lowerBound, value.upperBound <= range.upperBound else {
            throw ParameterError(parameter, "is \(value); expected a range within \(range)")
        }
    }
}

/// What generators share.
enum GeneratorLimits {
    /// The most nodes.
    static let nodes = DIMACSFlowReader.nodeLimit
    /// The most arcs, or pairs of a facility and a customer.
    static let arcs = 1 << 27
    /// The largest cost, capacity or supply: sums of as many as there are arcs stay in range.
    static let amount = 1 << 30
}
