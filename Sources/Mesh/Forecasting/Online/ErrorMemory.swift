/// The last errors made at one distance ahead, and the forecasts whose truth is still to come.
struct ErrorMemory: Sendable, Hashable, Codable {
    /// How many steps ahead.
    let distance: Int
    private let capacity: Int
    private let models: Int
    /// What each model and then the mixture said of a step, in the row of the step modulo `distance + 1`.
    private var pending: [Double]
    private var errors: [Double] = []
    private var next = 0
    /// The discounted mean absolute error of each model; empty until there is one.
    private(set) var modelErrors: [Double] = []

    /// What is left of an error's weight a step later.
    private static let discount = 0.98

    init(distance: Int, capacity: Int, models: Int) {
        self.distance = distance
        self.capacity = capacity
        self.models = models
        pending = Array(repeating: 0, count: (distance + 1) * (models + 1))
    }

    /// Remembers what each model and then the mixture said of `step`.
    mutating func expect(_ values: [Double], at step: Int) {
        let start = step % (distance + 1) * (models + 1)
        for index in 0...models { pending[start + index] = values[index] }
    }

    /// Takes the truth of `step`; `nil` when it is missing. Of the first `distance` steps nothing was said.
    mutating func settle(_ truth: Double?, at step: Int) {
        guard step >= distance, let truth else { return }
        let start = step % (distance + 1) * (models + 1)
        let isFirst = modelErrors.isEmpty
        if isFirst { modelErrors = Array(repeating: 0, count: models) }
        for model in 0..<models {
            let error = abs(truth - pending[start + model])
            modelErrors[model] = isFirst ? error : Self.discount * modelErrors[model] + (1 - Self.discount) * error
        }
        let error = truth - pending[start + models]
        if errors.count < capacity { errors.append(error) } else { errors[next] = error }
        next = (next + 1) % capacity
    }

    /// The errors, sorted.
    var sorted: [Double] { errors.sorted() }

    /// Whether the parts fit each other, for states from outside.
    func isSound(distance: Int, capacity: Int, models: Int) -> Bool {
        self.distance == distance && self.capacity == capacity && self.models == models
            && pending.count == (distance + 1) * (models + 1) && errors.count <= capacity
            && (0..<capacity).contains(next) && (modelErrors.isEmpty || modelErrors.count == models)
    }
}
