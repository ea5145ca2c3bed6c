import Optimization

extension LocalSearch {
    /// A move: what opens, what closes, and by how much the cost falls.
    struct Move {
        var opened: Int?
        var closed: Int?
        var saving: Double
    }

    /// The best allowed move; `nil` when none saves more than rounding.
    ///
    /// - Complexity: O(m p) for `p` open facilities, in one pass over sums.
    func bestMove() -> Move? {
        var best = Move(saving: 1e-10 * max(1, abs(cost)))
        let width = lists.facilityCount
        let mayOpen = openCount < problem.maximumOpen
        let mayClose = openCount > problem.minimumOpen
        // What opening saves in all; no swap opens what is open.
        var gains = Array(repeating: -Double.infinity, count: width)
        for opened in 0..<width where !isOpen[opened] && isMovable(opened) {
            gains[opened] = savings[opened] - problem.openingCosts[opened]
            if mayOpen, gains[opened] > best.saving { best = Move(opened: opened, saving: gains[opened]) }
        }
        for closed in 0..<width where isOpen[closed] && isMovable(closed) {
            let release = problem.openingCosts[closed] - losses[closed]
            if mayClose, release > best.saving { best = Move(closed: closed, saving: release) }
            let most = mostRelieved(closed, gains: gains)
            guard release + most > best.saving else { continue }
            let row = closed * width
            guard let opened = (0..<width).first(where: { relief[row + $0] + gains[$0] == most }) else { continue }
            best = Move(opened: opened, closed: closed, saving: release + most)
        }
        return best.opened == nil && best.closed == nil ? nil : best
    }

    /// The most that relief and gain of an opening come to where `closed` closes: the pass that takes the time, in
    /// vectors of eight.
    private func mostRelieved(_ closed: Int, gains: [Double]) -> Double {
        let width = gains.count
        let start = closed * width
        return unsafe relief.withUnsafeBytes { rows in
            unsafe gains.withUnsafeBytes { gains in
                var lanes = SIMD8<Double>(repeating: -.infinity)
                var index = 0
                while index + 8 <= width {
                    let sum =
                        unsafe rows.loadUnaligned(fromByteOffset: 8 * (start + index), as: SIMD8<Double>.self)
                        + gains.loadUnaligned(fromByteOffset: 8 * index, as: SIMD8<Double>.self)
                    lanes.replace(with: sum, where: sum .> lanes)
                    index += 8
                }
                var most = lanes.max()
                while index < width {
                    most = unsafe max(
                        most,
                        rows.loadUnaligned(fromByteOffset: 8 * (start + index), as: Double.self)
                            + gains.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
                    index += 1
                }
                return most
            }
        }
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
        isOpen.indices.filter { !isOpen[$0] && isMovable($0) }.max {
            savings[$0] - problem.openingCosts[$0] < savings[$1] - problem.openingCosts[$1]
        }
    }

    private func bestToClose() -> Int? {
        isOpen.indices.filter { isOpen[$0] && isMovable($0) }.max {
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
            let closed = isOpen.indices.filter { !isOpen[$0] && isMovable($0) }
            let opened = isOpen.indices.filter { isOpen[$0] && isMovable($0) }
            guard !closed.isEmpty, !opened.isEmpty else { return }
            open(closed[generator.index(below: closed.count)])
            close(opened[generator.index(below: opened.count)])
        }
    }
}
