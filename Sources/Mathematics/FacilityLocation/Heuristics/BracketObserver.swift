import Optimization

/// Tells a caller of each improvement of a bracket; without a caller it costs nothing.
struct BracketObserver {
    private let notify: ((FacilityImprovement) -> Void)?
    private var objective = Double.infinity
    private var bound = -Double.infinity

    init(_ notify: ((FacilityImprovement) -> Void)? = nil) {
        self.notify = notify
    }

    /// Notes the state of both sides; the caller hears of it where either is better than what it knows.
    mutating func note(_ incumbent: some IncumbentSource, prices: [Double], bound: Double) {
        guard let notify else { return }
        guard incumbent.cost < objective || bound > self.bound else { return }
        objective = min(objective, incumbent.cost)
        self.bound = max(self.bound, bound)
        notify(
            FacilityImprovement(
                solution: incumbent.solution, objective: objective, bound: min(objective, self.bound), prices: prices))
    }
}
