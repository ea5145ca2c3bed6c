import Optimization

extension LocalSearch {
    /// A move: what opens, what closes, and by how much the cost falls.
    struct Move {
        var opened: Int?
        var closed: Int?
        var saving: Double
    }

    /// The best allowed move; `nil` when none saves more than rounding.
    func bestMove(isFrozen: [Bool]? = nil) -> Move? {
        var best = Move(saving: 1e-10 * max(1, abs(cost)))
        let width = lists.facilityCount
        let mayOpen = openCount < problem.maximumOpen
        let mayClose = openCount > problem.minimumOpen
        for closed in 0..<width where isOpen[closed] && isFrozen?[closed] != true {
            let release = problem.openingCosts[closed] - losses[closed]
            if mayClose, release > best.saving { best = Move(closed: closed, saving: release) }
        }
        for opened in 0..<width where !isOpen[opened] && isFrozen?[opened] != true {
            let gain = savings[opened] - problem.openingCosts[opened]
            if mayOpen, gain > best.saving { best = Move(opened: opened, saving: gain) }
        }
        for closed in 0..<width where isOpen[closed] && isFrozen?[closed] != true {
            let release = problem.openingCosts[closed] - losses[closed]
            let row = closed * width
            for opened in 0..<width where !isOpen[opened] {
                let saving = release + relief[row + opened] + savings[opened] - problem.openingCosts[opened]
                if saving > best.saving, isFrozen?[opened] != true {
                    best = Move(opened: opened, closed: closed, saving: saving)
                }
            }
        }
        return best.opened == nil && best.closed == nil ? nil : best
    }

    /// Makes a move.
    mutating func make(_ move: Move) {
        if let opened = move.opened { open(opened) }
        if let closed = move.closed { close(closed) }
        moves += 1
    }

    /// Opens or closes facilities, the least bad first, until their number is allowed.
    mutating func repairCount() {
        while openCount < problem.minimumOpen, let best = bestToOpen() { open(best) }
        while openCount > problem.maximumOpen, let best = bestToClose() { close(best) }
    }

    private func bestToOpen() -> Int? {
        isOpen.indices.filter { !isOpen[$0] }.max {
            savings[$0] - problem.openingCosts[$0] < savings[$1] - problem.openingCosts[$1]
        }
    }

    private func bestToClose() -> Int? {
        isOpen.indices.filter { isOpen[$0] }.max {
            problem.openingCosts[$0] - losses[$0] < problem.openingCosts[$1] - losses[$1]
        }
    }

    /// Makes the best move until none helps or `monitor` says stop. Returns whether it ended by itself.
    @discardableResult
    mutating func descend(monitor: StopMonitor) -> Bool {
        repairCount()
        while let move = bestMove() {
            make(move)
            if monitor.stopReason != nil { return false }
        }
        return true
    }

    /// Whether every customer is served and the number of open facilities is allowed.
    var isFeasible: Bool {
        (problem.minimumOpen...problem.maximumOpen).contains(openCount) && firsts.allSatisfy { $0 >= 0 }
    }
}

extension LocalSearch {
    /// The cost summed anew, without what the moves' updates may have gathered in rounding.
    var exactCost: Double {
        var total = 0.0
        for facility in isOpen.indices where isOpen[facility] { total += problem.openingCosts[facility] }
        return firstCosts.reduce(total, +)
    }
}

extension LocalSearch {
    /// Swaps `strength` open facilities for closed ones at random.
    mutating func shake(strength: Int, generator: inout SeededGenerator) {
        for _ in 0..<strength {
            let closed = isOpen.indices.filter { !isOpen[$0] }
            let opened = isOpen.indices.filter { isOpen[$0] }
            guard !closed.isEmpty, !opened.isEmpty else { return }
            open(closed[generator.index(below: closed.count)])
            close(opened[generator.index(below: opened.count)])
        }
    }
}
