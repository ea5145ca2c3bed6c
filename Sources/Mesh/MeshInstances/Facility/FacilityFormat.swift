internal import Optimization

/// The file formats of facility location problems.
public enum FacilityFormat: String, Sendable, Hashable, CaseIterable, Codable {
    /// OR-Library: `m n`; `m` times `capacity opening-cost`; `n` times `demand` and the `m` costs of serving all of it.
    ///
    /// Source: Beasley, "An algorithm for solving large capacitated warehouse location problems" (1988).
    case orlib
    /// UflLib "simple": `FILE: name`; `n m 0`; `n` lines `id opening-cost` and the costs of serving the `m` customers.
    ///
    /// Source: Hoefer, "UflLib", Max-Planck-Institut fuer Informatik (2002).
    case ufllib
    /// Holmberg: `m n`; `m` times `capacity opening-cost`; `n` demands; `m` rows of the `n` customers' costs.
    ///
    /// Source: Holmberg, Ronnqvist, Yuan, "An exact algorithm for the capacitated facility location problems with
    /// single sourcing" (1999).
    case holmberg
    /// OR-Library p-median graph: `vertices edges p`; lines `vertex vertex length`, of a repeated edge the last counts.
    ///
    /// Source: Beasley, "A note on solving large p-median problems" (1985).
    case pmed
    /// JSON with every variant: servers, congestion, site rules, latency caps, what is open now. The schema is
    /// `Models/Schemas/facility.schema.json`.
    case json
}

/// How a facility file is to be understood where it leaves a choice.
public struct FacilityReadingOptions: Sendable, Hashable {
    /// The format, or `nil` to recognise it.
    public var format: FacilityFormat?
    /// Whether capacities and demands are ignored.
    public var isUncapacitated: Bool
    /// Whether one facility must serve all of a customer.
    public var isSingleSource: Bool
    /// What the word `capacity` stands for in OR-Library files; 0 or more.
    public var capacity: Double?

    /// Creates options; without arguments the format is recognised, capacities hold and demand may be split.
    public init(
        format: FacilityFormat? = nil, isUncapacitated: Bool = false, isSingleSource: Bool = false,
        capacity: Double? = nil
    ) {
        self.format = format
        self.isUncapacitated = isUncapacitated
        self.isSingleSource = isSingleSource
        self.capacity = capacity
    }

    /// Whether demand may be split.
    var assignmentRule: FacilityProblem.AssignmentRule { isSingleSource ? .singleSource : .split }
}
