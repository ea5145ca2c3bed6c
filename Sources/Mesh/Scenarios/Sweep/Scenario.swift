/// One point of a sweep: the base and the steps that lead from it.
public struct Scenario: Sendable, Hashable {
    /// Its number in the sweep, from 0; the base is 0.
    public let index: Int
    /// Its family: `base`, `variations`, an axis of a list, or a question.
    public let family: String
    /// Whether it only serves to answer a question of the study, so that assertions do not speak of it.
    public let isQuestion: Bool
    /// The steps from the base, in the order in which they are taken.
    public let steps: [Step]

    /// Its name: `growth=1.5,outage=europe+africa`; unique in the sweep.
    public var name: String {
        guard !steps.isEmpty else { return "base" }
        var parts: [(axis: String, labels: [String])] = []
        for step in steps {
            if parts.last?.axis == step.axis {
                parts[parts.count - 1].labels.append(step.label)
            } else {
                parts.append((step.axis, [step.label]))
            }
        }
        return parts.map { "\($0.axis)=\($0.labels.joined(separator: "+"))" }.joined(separator: ",")
    }
}
