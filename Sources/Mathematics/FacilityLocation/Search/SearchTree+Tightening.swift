import Optimization

extension SearchTree {
    /// Fixes every free facility whose other state the bound rules out, and notes that state as a leaf.
    mutating func tighten(_ node: inout SearchNode, bound: LagrangianBound, cutoff: Double, problem: FacilityProblem) {
        guard cutoff < .infinity else { return }
        let value = bound.value(fixings: node.fixings, problem: problem)
        var sharesPrices = false
        for facility in node.fixings.states.indices where node.fixings.states[facility] == .free {
            for state in [Fixings.State.open, .closed] {
                let other = bound.value(
                    fixing: facility, open: state == .open, fixings: node.fixings, value: value, problem: problem)
                guard other >= cutoff else { continue }
                let leaf = fix(facility, open: state == .open, below: node.place)
                addLeaf(
                    leaf, prices: node.prices, bound: other, depth: node.depth + 1, sharesPrices: sharesPrices)
                sharesPrices = true
                node.place = fix(facility, open: state == .closed, below: node.place)
                node.depth += 1
                node.fixings.fix(facility, open: state == .closed, slots: slots)
                break
            }
        }
    }
}
