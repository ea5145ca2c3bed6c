internal import ArgumentParser
internal import MeshEngine
internal import MeshRendering
internal import MeshTypes

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a participant is served where it is.",
        discussion: """
            Shows what the participant costs at its site and what it would cost elsewhere, all others staying where they
            are, and what would have to change for another site to be better.

            EXAMPLE
              rmc plan Models/Sessions/world-match.json --out plan.json
              rmc explain Models/Sessions/world-match.json plan.json --participant p001
            """)

    @OptionGroup var files: PlanningFiles

    @Option(help: "The participant's identifier.")
    var participant: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let (snapshot, plan) = try files.read()
        let explanation: Explanation
        do throws(ExplanationError) {
            explanation = try MeshEngine().explain(snapshot, plan, participant: ParticipantID(participant))
        } catch {
            throw CommandFailure(.badInput, "\(files.snapshot) with \(files.plan): \(error.description)")
        }
        let names = Dictionary(snapshot.sites.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        try output.print(
            text: ExplanationText(explanation, names: names, style: Terminal.style).text, json: explanation.json)
    }
}

extension Explanation {
    /// The explanation as a document.
    fileprivate var json: JSONValue {
        [
            "participant": .string(participant.description),
            "session": .string(session.description),
            "site": .optional(site) { .string($0.description) },
            "unserved": .optional(unserved) { .string($0.rawValue) },
            "price": .optional(price, JSONValue.number),
            "binding": .array(binding.map(JSONValue.string)),
            "current": .optional(current) { charge in
                [
                    "access": .number(charge.access), "mean-pair-latency": .number(charge.meanPairLatency),
                    "interaction": .number(charge.interaction), "rent": .number(charge.rent),
                    "disruption": .number(charge.disruption), "excess": .number(charge.excess),
                ]
            },
            "runner-up": .optional(runnerUp) { .string($0.description) },
            "would-change": .string(wouldChange),
            "alternatives": .array(
                alternatives.map { other in
                    [
                        "site": .string(other.site.description), "access": .number(other.access),
                        "change": .number(other.change), "interaction": .number(other.interaction),
                        "rent": .number(other.rent),
                        "disruption": .number(other.disruption), "excess": .number(other.excess),
                        "obstacle": .optional(other.obstacle, JSONValue.string),
                        "tipping-point": .optional(other.tippingPoint, JSONValue.number),
                    ]
                }),
        ]
    }
}
