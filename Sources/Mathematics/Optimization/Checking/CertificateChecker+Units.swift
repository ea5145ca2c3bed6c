extension CertificateChecker {
    /// The rounding allowed in a cost: relative to it, but at least to the problem's largest (at most 1), so that a problem
    /// in tiny units is judged as the same problem in others.
    func costSlack(_ value: Double, of problem: FacilityProblem) -> Double {
        tolerance * max(problem.costUnit, abs(value))
    }

    /// The rounding allowed in a load, likewise.
    func loadSlack(_ value: Double, of problem: FacilityProblem) -> Double {
        tolerance * max(problem.loadUnit, abs(value))
    }
}

extension FacilityProblem {
    /// The largest absolute cost, 1 at most; 1 where nothing costs anything.
    var costUnit: Double {
        var largest = congestion.reduce(abs(constant)) { max($0, ($1.last?.unitCost ?? 0) * loadUnit) }
        for value in openingCosts where largest < 1 { largest = max(largest, abs(value)) }
        for value in serverCosts where largest < 1 { largest = max(largest, abs(value)) }
        for value in assignmentCosts where largest < 1 && value < .infinity { largest = max(largest, abs(value)) }
        return largest > 0 ? min(1, largest) : 1
    }

    /// The largest demand, 1 at most; 1 where nobody demands anything.
    var loadUnit: Double {
        let largest = demands.max() ?? 0
        return largest > 0 ? min(1, largest) : 1
    }
}
