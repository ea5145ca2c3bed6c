internal import MeshEngine
internal import MeshRendering
internal import MeshTypes

/// An explanation in words and a table.
struct ExplanationText {
    private let explanation: Explanation
    private let names: [SiteID: String]
    private let style: TextStyle

    init(_ explanation: Explanation, names: [SiteID: String], style: TextStyle) {
        self.explanation = explanation
        self.names = names
        self.style = style
    }

    /// The most alternatives that are listed.
    private static let rowLimit = 10

    var text: String {
        var lines = ["\(explanation.participant) of session \(explanation.session): \(place)"]
        if let current = explanation.current {
            lines.append(
                "access \(Numerals.fixed(current.access, decimals: 1)) ms, mean pair latency "
                    + "\(Numerals.fixed(current.meanPairLatency, decimals: 1)) ms; costs interaction "
                    + "\(Numerals.fixed(current.interaction, decimals: 1)), rent "
                    + "\(Numerals.fixed(current.rent, decimals: 2)), disruption "
                    + Numerals.fixed(current.disruption, decimals: 1)
                    + (current.excess == 0 ? "" : ", above the soft cap \(Numerals.fixed(current.excess, decimals: 1))")
            )
        }
        if let price = explanation.price { lines.append("serving it would cost \(Numerals.fixed(price, decimals: 1))") }
        lines += explanation.binding.map { "binding: \($0)" }
        if let runnerUp = explanation.runnerUp { lines.append("runner-up: \(name(runnerUp))") }
        lines.append(explanation.wouldChange)
        return lines.joined(separator: "\n") + "\n" + (explanation.alternatives.isEmpty ? "" : "\n" + table)
    }

    private var place: String {
        if let site = explanation.site { return "served at \(name(site))" }
        switch explanation.unserved {
        case .latencyCap: return "not served: no site is within the latency cap"
        case .noServers: return "not served: no site has servers"
        case .policy: return "not served: its session's server limit is no higher than its redundancy"
        case .capacity, nil: return "not served: the sites within reach are full"
        }
    }

    private func name(_ site: SiteID) -> String {
        names[site].map { $0 == site.description ? $0 : "\($0) (\(site))" } ?? site.description
    }

    /// The alternatives, the best first, with what each would change.
    private var table: String {
        var table = TextTable([
            .init("elsewhere", .left), .init("access ms"), .init("interaction"), .init("rent"), .init("disruption"),
            .init("objective"), .init("tips at ms"), .init("obstacle", .left),
        ])
        for other in explanation.alternatives.prefix(Self.rowLimit) {
            // The soft cap is a matter of latency, as interaction is.
            let changes = [other.interaction + other.excess, other.rent, other.disruption, other.change].map { change in
                (change > 0 ? "+" : "") + Numerals.fixed(change, decimals: 1)
            }
            table.add(
                [names[other.site] ?? other.site.description, Numerals.fixed(other.access, decimals: 1)]
                    + (other.obstacle == nil ? changes : ["", "", "", ""])
                    + [
                        other.tippingPoint.map { Numerals.fixed(other.access - $0, decimals: 1) } ?? "-",
                        other.obstacle ?? "",
                    ])
        }
        let rest = explanation.alternatives.count - Self.rowLimit
        return table.text(style) + (rest > 0 ? "and \(rest) sites more\n" : "")
    }
}
